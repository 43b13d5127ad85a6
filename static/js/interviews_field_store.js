// What the field page keeps on this device, sealed (keep.js), and how it is sent when the line returns. The kit is a copy
// for reading: it came from the server. Everything that was typed is a row of its own until the server has confirmed it.
"use strict";

const ctnatField = (() => {
  const page = document.querySelector("[data-field]");
  if (!page) return null;
  const { field: reference, user } = page.dataset;
  const COPY = `kit:${reference}:${user}`;
  const OF = `field:${reference}:`; // begins the place of each row
  const MOST = 200; // operations in a request
  const SIZE = 250_000; // characters of a request with several operations
  const client = ctnatKeep.client;

  let kit = null;
  let token = "";
  const begun = new Map(); // key -> {uuid, name, fields, guide, ready, sent}
  const heads = new Map(); // key -> {base, fields, theirs}
  const texts = new Map(); // key and question -> {key, question, text, base, client, sequence, guide}
  const answers = new Map(); // key and question -> what the server said last: {status, message, at}
  const notes = new Map(); // key -> what the server said of the interview: {status, message, near, trashed}
  const nameOf = (key, question) => `${key}|${question}`;
  const refOf = (key) => (key.startsWith("uuid:") ? { uuid: key.slice(5) } : { id: Number(key.slice(3)) });
  const keyOf = (interview) => (interview.uuid ? `uuid:${interview.uuid}` : `id:${interview.id}`);

  // On this device -----------------------------------------------------------------------------------------------

  const keepKit = () => ctnatKeep.keep("copy", COPY, kit);
  const keepBegun = (key) => ctnatKeep.keep("note", `${OF}begun:${key}`, { what: "begun", key, ...begun.get(key) });
  const keepHead = (key) => ctnatKeep.keep("note", `${OF}head:${key}`, { what: "head", key, ...heads.get(key) });
  const keepText = (entry) => ctnatKeep.keep("note", `${OF}text:${nameOf(entry.key, entry.question)}`, { what: "text", ...entry });

  async function load() {
    const copies = await ctnatKeep.list("copy");
    kit = copies.find((row) => row.place === COPY)?.value ?? kit;
    for (const { place, value } of await ctnatKeep.list("note")) {
      if (!place.startsWith(OF)) continue;
      const { what, ...rest } = value;
      if (what === "begun" && !begun.has(rest.key)) begun.set(rest.key, rest);
      if (what === "head" && !heads.has(rest.key)) heads.set(rest.key, rest);
      if (what === "text" && !texts.has(nameOf(rest.key, rest.question))) texts.set(nameOf(rest.key, rest.question), rest);
    }
  }

  const known = (key) => kit?.interviews.find((one) => keyOf(one) === key);

  // Of interviews that are no longer in the kit, such as completed ones: texts that were not confirmed.
  function left() {
    const found = new Map([...texts.values()].map(({ key, code, guide }) => [key, { key, code, guide, sections: [], head: {}, answers: {} }]));
    return [...found.values()].filter(({ key }) => !known(key) && !begun.has(key));
  }

  // All interviews on this device: those of the kit, then those that have not arrived yet.
  const all = () => [
    ...(kit?.interviews ?? []).map((one) => ({ ...one, key: keyOf(one) })),
    ...[...begun].filter(([key]) => !known(key)).map(([key, one]) => ({
      key, code: one.name, guide: one.guide, sections: kit?.always ?? [], head: one.fields, answers: {}, isNew: true,
    })),
    ...left(),
  ];

  const headOf = (interview) => heads.get(interview.key)?.fields ?? interview.head;

  function textOf(interview, question) {
    return texts.get(nameOf(interview.key, question))?.text ?? interview.answers[question]?.text ?? "";
  }

  // A name for what has no code yet: it stands on paper and on the recorder.
  function begin(fields) {
    const uuid = crypto.randomUUID();
    const key = `uuid:${uuid}`;
    kit.begun = (kit.begun ?? 0) + 1;
    const name = interpolate(gettext("On this device %(n)s"), { n: kit.begun }, true);
    begun.set(key, { key, uuid, name, fields, guide: kit.guide, ready: false, sent: null });
    keepKit();
    return { key, kept: keepBegun(key) };
  }

  // Where the beginning is on its way or has arrived, what is changed is sent as a change of it.
  function changeHead(interview, fields, isReady) {
    const one = begun.get(interview.key);
    if (one && !one.sent) {
      Object.assign(one, { fields, ready: one.ready || isReady });
      notes.delete(interview.key);
      return keepBegun(interview.key);
    }
    const base = heads.get(interview.key)?.base ?? one?.sent ?? interview.head;
    heads.set(interview.key, { key: interview.key, base, fields, theirs: heads.get(interview.key)?.theirs ?? {} });
    return keepHead(interview.key);
  }

  function type(interview, question, text) {
    const name = nameOf(interview.key, question);
    const before = texts.get(name);
    const base = before?.base ?? interview.answers[question]?.revision ?? 0;
    const entry = {
      key: interview.key, code: interview.code, question, text, base, guide: interview.guide,
      client: before?.client ?? client, sequence: (before?.sequence ?? Date.now()) + 1,
    };
    texts.set(name, entry);
    answers.delete(name);
    const one = begun.get(interview.key);
    if (one && !one.ready) {
      one.ready = true;
      keepBegun(interview.key);
    }
    return keepText(entry);
  }

  // To the server ------------------------------------------------------------------------------------------------

  const isComplete = ({ fields }) => Boolean(fields.held_at && fields.language);
  const isStuck = (said) => said?.status === "refused" || said?.status === "gone";

  function operations() {
    const found = [];
    const beginnings = [...begun.values()].filter((one) => one.ready && isComplete(one) && !isStuck(notes.get(one.key)));
    for (const one of beginnings.sort((a, b) => (a.fields.held_at < b.fields.held_at ? -1 : 1))) {
      found.push({ id: `begin:${one.key}`, op: "begin", uuid: one.uuid, fields: one.sent ?? one.fields });
    }
    for (const { key, base, fields, theirs, refused } of heads.values()) {
      if (refused || Object.keys(theirs).length || isStuck(notes.get(key))) continue;
      found.push({ id: `head:${key}`, op: "head", interview: refOf(key), base, fields });
    }
    for (const [name, entry] of texts) {
      if (isStuck(answers.get(name))) continue;
      const { question, text, base, sequence, guide } = entry;
      found.push({ id: `text:${name}`, op: "answer", interview: refOf(entry.key), question, text, base, client: entry.client, sequence, guide });
    }
    return found;
  }

  function batches(list) {
    const found = [[]];
    let size = 0;
    for (const one of list) {
      const length = JSON.stringify(one).length;
      if (found.at(-1).length && (found.at(-1).length === MOST || size + length > SIZE)) {
        found.push([]);
        size = 0;
      }
      found.at(-1).push(one);
      size += length;
    }
    return found.filter((batch) => batch.length);
  }

  // A row goes from the disk only after what the server said of it is in the kit there. Where the kit cannot be written,
  // the row, if the disk has it at all, is sent once more by the next page, which changes nothing.
  async function heedBegin(operation, reply) {
    const key = `uuid:${operation.uuid}`;
    const one = begun.get(key);
    notes.set(key, reply);
    if (!one || reply.status === "gone") return;
    if (reply.status !== "saved") { // it was not stored: it can still be corrected
      const fields = heads.get(key)?.fields ?? one.fields;
      heads.delete(key);
      await ctnatKeep.drop("note", `${OF}head:${key}`);
      Object.assign(one, { fields, sent: null });
      await keepBegun(key);
      return;
    }
    if (!known(key)) {
      kit.interviews.push({
        id: reply.interview, uuid: one.uuid, code: reply.code, name: one.name, address: reply.address,
        guide: one.guide, sections: kit.always, head: one.sent, answers: {}, near: reply.near,
      });
    }
    begun.delete(key);
    if (await keepKit()) await ctnatKeep.drop("note", `${OF}begun:${key}`);
  }

  async function heedHead(operation, reply) {
    const key = operation.id.slice(5);
    const mine = heads.get(key);
    if (!mine || reply.status === "later") return;
    if (isStuck(reply)) {
      mine.refused = reply.message;
      return;
    }
    const interview = known(key);
    if (interview) Object.assign(interview, { head: reply.head, code: reply.code });
    await keepKit();
    const isSame = JSON.stringify(mine.fields) === JSON.stringify(operation.fields);
    if (isSame && reply.status === "saved") {
      heads.delete(key);
      await ctnatKeep.drop("note", `${OF}head:${key}`);
      return;
    }
    const fields = { ...reply.head };
    for (const [name, text] of Object.entries(mine.fields)) {
      if (text !== operation.fields[name] || name in reply.theirs) fields[name] = text;
    }
    heads.set(key, { key, base: { ...reply.head }, fields, theirs: reply.theirs });
    await keepHead(key);
  }

  async function heedText(operation, reply) {
    const name = operation.id.slice(5);
    const entry = texts.get(name);
    if (!entry || reply.status === "later") return;
    answers.set(name, reply);
    if (isStuck(reply)) return;
    const interview = known(entry.key);
    if (interview) {
      interview.answers[entry.question] = { text: reply.text, revision: reply.revision };
      interview.code = reply.code;
    }
    const isInKit = !interview || await keepKit();
    if (entry.sequence === operation.sequence) {
      texts.delete(name);
      if (isInKit) await ctnatKeep.drop("note", `${OF}text:${name}`);
    } else if (reply.status === "saved") {
      entry.base = reply.revision;
      await keepText(entry);
    }
  }

  async function heed(operation, reply) {
    if (!reply) return;
    if (reply.trashed !== undefined && operation.op !== "begin") {
      const key = operation.interview.uuid ? `uuid:${operation.interview.uuid}` : `id:${operation.interview.id}`;
      notes.set(key, { ...notes.get(key), trashed: reply.trashed });
    }
    if (operation.op === "begin") await heedBegin(operation, reply);
    else if (operation.op === "head") await heedHead(operation, reply);
    else await heedText(operation, reply);
  }

  // {trouble} or the server's state {user, token, now}; trouble is "offline", "signed-out", "other-user" or "refused".
  async function ask(options = {}) {
    let reply;
    try {
      reply = await fetch(page.dataset.sync, { redirect: "manual", cache: "no-store", headers: { Accept: "application/json", "X-CSRFToken": token, "Content-Type": "application/json" }, ...options });
    } catch {
      return { trouble: "offline" };
    }
    if (reply.type === "opaqueredirect") return { trouble: "signed-out" };
    if (reply.status === 403 || reply.status === 404) return { trouble: "refused" };
    try {
      const state = await reply.json();
      if (String(state.user) !== user) return { trouble: "other-user" };
      token = state.token;
      return state;
    } catch {
      return { trouble: "offline" };
    }
  }

  // Sends what waits, in order, a batch at a time. Returns the trouble, blank where there was none.
  async function send() {
    const due = operations();
    for (const { op, uuid, fields } of due) {
      if (op !== "begin") continue;
      begun.get(`uuid:${uuid}`).sent = fields;
      await keepBegun(`uuid:${uuid}`); // what may have arrived is known from now on, whatever happens to the reply
    }
    for (const batch of batches(due)) {
      const state = await ask({ method: "POST", body: JSON.stringify({ operations: batch }) });
      if (state.trouble || !state.results) return state.trouble ?? "offline";
      for (const [n, operation] of batch.entries()) await heed(operation, state.results[n]);
    }
    return "";
  }

  async function take() {
    let reply;
    try {
      reply = await fetch(page.dataset.kit, { redirect: "error", cache: "no-store" });
      if (!reply.ok) return false;
      const fresh = await reply.json();
      kit = { ...fresh, begun: kit?.begun ?? 0 };
    } catch {
      return false;
    }
    return keepKit();
  }

  return {
    page, load, all, known, headOf, textOf, begin, changeHead, type, ask, send, take,
    kit: () => kit,
    begunAs: (key) => begun.get(key),
    conflictOf: (key) => heads.get(key),
    said: (key, question) => answers.get(nameOf(key, question)),
    saidOf: (key) => notes.get(key),
    questionsOf: (key) => [...texts.values()].filter((one) => one.key === key).map((one) => one.question),
    isWaiting: (key, question) => texts.has(nameOf(key, question)),
    waiting: () => begun.size + heads.size + texts.size,
    due: () => operations().length,
  };
})();
