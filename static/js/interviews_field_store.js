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
  const plans = new Map(); // key -> {key, base, plan, refused}, both {sections, reason}
  const colleagues = new Map(); // uuid -> {key, uuid, fields, sent, refused}
  const nameOf = (key, question) => `${key}|${question}`;
  const refOf = (key) => (key.startsWith("uuid:") ? { uuid: key.slice(5) } : { id: Number(key.slice(3)) });
  const keyOf = (interview) => (interview.uuid ? `uuid:${interview.uuid}` : `id:${interview.id}`);

  // On this device -----------------------------------------------------------------------------------------------

  const keepKit = () => ctnatKeep.keep("copy", COPY, kit);
  const keepBegun = (key) => ctnatKeep.keep("note", `${OF}begun:${key}`, { what: "begun", key, ...begun.get(key) });
  const keepHead = (key) => ctnatKeep.keep("note", `${OF}head:${key}`, { what: "head", key, ...heads.get(key) });
  const keepText = (entry) => ctnatKeep.keep("note", `${OF}text:${nameOf(entry.key, entry.question)}`, { what: "text", ...entry });

  const keepPlan = (key) => ctnatKeep.keep("note", `${OF}plan:${key}`, { what: "plan", ...plans.get(key) });
  const keepColleague = (one) => ctnatKeep.keep("note", `${OF}contact:${one.uuid}`, { what: "contact", ...one });

  async function load() {
    const copies = await ctnatKeep.list("copy");
    kit = copies.find((row) => row.place === COPY)?.value ?? kit;
    for (const { place, value } of await ctnatKeep.list("note")) {
      if (!place.startsWith(OF)) continue;
      const { what, ...rest } = value;
      if (what === "begun" && !begun.has(rest.key)) begun.set(rest.key, rest);
      if (what === "head" && !heads.has(rest.key)) heads.set(rest.key, rest);
      if (what === "plan" && !plans.has(rest.key)) plans.set(rest.key, rest);
      if (what === "contact" && !colleagues.has(rest.uuid)) colleagues.set(rest.uuid, rest);
      if (what === "text" && !texts.has(nameOf(rest.key, rest.question))) texts.set(nameOf(rest.key, rest.question), rest);
    }
  }

  const known = (key) => kit?.interviews.find((one) => keyOf(one) === key);

  // Interviews that are no longer in the kit, such as completed ones, with texts that were not confirmed when the page
  // was opened: they stay until it is closed.
  const strays = new Map(); // key -> as in the kit
  function left() {
    for (const { key, code = "—", guide = kit?.guide } of [...heads.values(), ...plans.values(), ...colleagues.values(), ...texts.values()]) {
      if (!strays.has(key)) strays.set(key, { key, code, guide, plan: { sections: [], reason: "" }, head: {}, answers: {} });
    }
    return [...strays.values()].filter(({ key }) => !known(key) && !begun.has(key)).map((one) => ({ ...one, gone: goneOf(one.key) }));
  }

  const arrived = (key) => known(key) ?? strays.get(key);

  // All interviews on this device: those of the kit, then those that have not arrived yet.
  const all = () => [
    ...(kit?.interviews ?? []).map((one) => ({ ...one, key: keyOf(one), plan: one.plan ?? { sections: one.sections, reason: "" } })),
    ...[...begun].filter(([key]) => !known(key)).map(([key, one]) => ({
      key, code: one.name, guide: one.guide, plan: { sections: kit?.always ?? [], reason: "" }, head: one.fields, answers: {},
      isBegun: true, isNew: !one.sent, gone: one.gone,
    })),
    ...left(),
  ];

  const headOf = (interview) => heads.get(interview.key)?.fields ?? interview.head;

  const planOf = (interview) => plans.get(interview.key)?.plan ?? interview.plan;

  // What the server said of an interview that was erased there.
  function goneOf(key) {
    const rows = [arrived(key), begun.get(key), heads.get(key), plans.get(key), ...ofInterview(colleagues, key), ...ofInterview(texts, key)];
    return rows.find((row) => row?.gone)?.gone ?? "";
  }

  const ofInterview = (rows, key) => [...rows.values()].filter((one) => one.key === key);

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
      Object.assign(one, { fields, ready: one.ready || isReady, isTouched: true });
      notes.delete(interview.key);
      return keepBegun(interview.key);
    }
    const base = heads.get(interview.key)?.base ?? one?.sent ?? interview.head;
    const { code, guide } = interview;
    heads.set(interview.key, { key: interview.key, code, guide, base, fields, theirs: heads.get(interview.key)?.theirs ?? {} });
    return keepHead(interview.key);
  }

  // `plan`: {sections, reason}. It is sent once it can be stored.
  function changePlan(interview, plan) {
    const { key, code, guide } = interview;
    const base = plans.get(key)?.base ?? interview.plan;
    plans.set(key, { key, code, guide, base, plan });
    const isBegun = setReady(key);
    return Promise.all([keepPlan(key), isBegun]).then((kept) => kept.every(Boolean));
  }

  // Where notes or sections show that a talk was held, its beginning is sent.
  function setReady(key) {
    const one = begun.get(key);
    if (!one || one.ready) return true;
    one.ready = true;
    return keepBegun(key);
  }

  // The sections with notes: the server takes them for asked.
  function notedOf(interview) {
    const guides = kit?.guides[interview.guide] ?? {};
    const { sections = [] } = Object.values(guides)[0] ?? {};
    return new Set(sections.filter(({ questions }) => questions.some(({ name }) => textOf(interview, name).trim())).map(({ name }) => name));
  }

  // How the guide restricts the number of sections: null where nothing is wrong, else what the page may say.
  function faultOf(interview, { sections, reason }) {
    const routing = kit?.routings?.[interview.guide];
    if (!routing || reason.trim()) return null;
    const asked = new Set([...sections, ...notedOf(interview)]);
    const chosen = routing.choose_from.filter((name) => asked.has(name)).length;
    return chosen >= routing.min && chosen <= routing.max ? null : { ...routing, chosen };
  }

  // What is typed of a colleague is kept as it is typed; it is sent once it is added.
  function draftColleague(interview, fields, isDraft = true) {
    const { key, code, guide } = interview;
    const draft = ofInterview(colleagues, key).find((one) => one.isDraft);
    const one = { key, code, guide, uuid: draft?.uuid ?? crypto.randomUUID(), fields, sent: false, isDraft };
    colleagues.set(one.uuid, one);
    return keepColleague(one);
  }

  function suggest(interview, fields) {
    setReady(interview.key);
    return draftColleague(interview, fields, false);
  }

  // One that may have arrived stays, unless the server refused it.
  async function dropColleague(uuid) {
    const one = colleagues.get(uuid);
    if (one?.sent && !one.refused) return false;
    colleagues.delete(uuid);
    await ctnatKeep.drop("note", `${OF}contact:${uuid}`);
    return true;
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
    delete heads.get(interview.key)?.refused; // what was refused before there were notes may be right now
    setReady(interview.key);
    return keepText(entry);
  }

  // What was typed here and has not arrived, as text to copy: [[name, text], ...].
  function unsentOf(key) {
    const words = ofInterview(texts, key).map(({ question, text }) => [question, text]);
    const people = ofInterview(colleagues, key).map(({ fields }) => ["", [fields.name, fields.email, fields.organisation].filter(Boolean).join(", ")]);
    const reason = plans.get(key)?.plan.reason;
    return [...words, ...people, ...reason ? [["", reason]] : []].filter(([, text]) => text.trim());
  }

  const isEmpty = (key) => begun.has(key) && !begun.get(key).ready && !heads.has(key) && !plans.has(key)
    && !ofInterview(texts, key).length && !ofInterview(colleagues, key).length;

  // Only what never arrived, or was erased on the server, may be removed here. Returns what puts it back.
  async function remove(key) {
    const one = begun.get(key);
    if (!(one && !one.sent) && !goneOf(key)) return null;
    const rows = [begun, heads, plans].map((map) => [map, key, map.get(key)]);
    rows.push(...ofInterview(colleagues, key).map((row) => [colleagues, row.uuid, row]));
    rows.push(...ofInterview(texts, key).map((row) => [texts, nameOf(key, row.question), row]));
    for (const [map, name] of [...rows, [strays, key]]) map.delete(name);
    const interview = known(key);
    if (interview) {
      kit.interviews = kit.interviews.filter((each) => each !== interview);
      await keepKit();
    }
    const places = rows.filter(([, , row]) => row).map(([map, name]) => `${kinds.get(map)}:${name}`);
    for (const place of places) await ctnatKeep.drop("note", OF + place);
    return () => {
      begun.set(key, one);
      return keepBegun(key);
    };
  }

  const kinds = new Map([[begun, "begun"], [heads, "head"], [plans, "plan"], [colleagues, "contact"], [texts, "text"]]);

  // To the server ------------------------------------------------------------------------------------------------

  const isComplete = ({ fields }) => Boolean(fields.held_at && fields.language);
  const isStuck = (said) => said?.status === "refused" || said?.status === "gone";

  function operations() {
    const found = [];
    const beginnings = [...begun.values()].filter((one) => one.ready && !one.gone && isComplete(one) && !isStuck(notes.get(one.key)));
    for (const one of beginnings.sort((a, b) => (a.fields.held_at < b.fields.held_at ? -1 : 1))) {
      found.push({ id: `begin:${one.key}`, op: "begin", uuid: one.uuid, fields: one.sent ?? one.fields });
    }
    for (const { key, base, fields, theirs, refused } of heads.values()) {
      if (refused || Object.keys(theirs).length || isStuck(notes.get(key)) || goneOf(key)) continue;
      found.push({ id: `head:${key}`, op: "head", interview: refOf(key), base, fields });
    }
    for (const [name, entry] of texts) {
      if (isStuck(answers.get(name)) || goneOf(entry.key)) continue;
      const { question, text, base, sequence, guide } = entry;
      found.push({ id: `text:${name}`, op: "answer", interview: refOf(entry.key), question, text, base, client: entry.client, sequence, guide });
    }
    for (const { key, base, plan, refused } of plans.values()) { // after the notes: they fix the version of the guide
      const interview = all().find((one) => one.key === key);
      if (refused || goneOf(key) || !interview || faultOf(interview, plan)) continue;
      found.push({ id: `plan:${key}`, op: "plan", interview: refOf(key), base, plan });
    }
    for (const { key, uuid, fields, refused, isDraft } of colleagues.values()) {
      if (!refused && !isDraft && !goneOf(key)) found.push({ id: `contact:${uuid}`, op: "contact", interview: refOf(key), uuid, fields });
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
        completing: reply.completing, guide: one.guide, plan: { sections: kit.always, reason: "" }, head: one.sent, answers: {}, near: reply.near,
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
    const interview = arrived(key);
    if (interview) Object.assign(interview, { head: reply.head, ...aboutOf(reply) });
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
    heads.set(key, { key, code: mine.code, guide: mine.guide, base: { ...reply.head }, fields, theirs: reply.theirs });
    await keepHead(key);
  }

  async function heedText(operation, reply) {
    const name = operation.id.slice(5);
    const entry = texts.get(name);
    if (!entry || reply.status === "later") return;
    answers.set(name, reply);
    if (isStuck(reply)) return;
    const interview = arrived(entry.key);
    if (interview) {
      interview.answers[entry.question] = { text: reply.text, revision: reply.revision };
      Object.assign(interview, aboutOf(reply));
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

  const aboutOf = ({ code, address, completing }) => ({ code, address, completing });

  async function heedPlan(operation, reply) {
    const key = operation.id.slice(5);
    const mine = plans.get(key);
    if (!mine || reply.status === "later") return;
    const isSame = JSON.stringify(mine.plan) === JSON.stringify(operation.plan);
    if (isStuck(reply)) {
      if (isSame) mine.refused = reply.message;
      return;
    }
    const interview = arrived(key);
    if (interview) Object.assign(interview, { plan: reply.plan, ...aboutOf(reply) });
    const isInKit = !interview || await keepKit();
    if (isSame) {
      plans.delete(key);
      if (isInKit) await ctnatKeep.drop("note", `${OF}plan:${key}`);
    } else { // changed meanwhile: upon what was sent, which the server joined with what it had
      mine.base = operation.plan;
      await keepPlan(key);
    }
  }

  async function heedColleague(operation, reply) {
    const one = colleagues.get(operation.uuid);
    if (!one || reply.status === "later") return;
    if (isStuck(reply)) {
      one.refused = reply.message;
      await keepColleague(one);
      return;
    }
    const interview = arrived(one.key);
    if (interview) {
      interview.colleagues = (interview.colleagues ?? 0) + 1;
      Object.assign(interview, aboutOf(reply));
    }
    const isInKit = !interview || await keepKit();
    colleagues.delete(one.uuid);
    if (isInKit) await ctnatKeep.drop("note", `${OF}contact:${one.uuid}`);
  }

  // The interview was erased on the server: its notes leave the device, but for what was typed here and never arrived.
  async function markGone(key, message) {
    const interview = arrived(key);
    if (interview && !interview.gone) {
      Object.assign(interview, { gone: message, answers: {} });
      await keepKit();
    }
    for (const [map, keep] of [[begun, keepBegun], [heads, keepHead], [plans, keepPlan]]) {
      if (!map.has(key) || map.get(key).gone) continue;
      map.get(key).gone = message;
      await keep(key);
    }
    for (const row of [...ofInterview(texts, key), ...ofInterview(colleagues, key)]) {
      if (row.gone) continue;
      row.gone = message;
      await (row.uuid ? keepColleague(row) : keepText(row));
    }
  }

  async function heed(operation, reply) {
    if (!reply) return;
    if (reply.status === "gone") {
      await markGone(operation.op === "begin" ? `uuid:${operation.uuid}` : keyOf(operation.interview), reply.message);
      return;
    }
    if (reply.trashed !== undefined && operation.op !== "begin") {
      const key = operation.interview.uuid ? `uuid:${operation.interview.uuid}` : `id:${operation.interview.id}`;
      notes.set(key, { ...notes.get(key), trashed: reply.trashed });
    }
    if (operation.op === "begin") await heedBegin(operation, reply);
    else if (operation.op === "head") await heedHead(operation, reply);
    else if (operation.op === "plan") await heedPlan(operation, reply);
    else if (operation.op === "contact") await heedColleague(operation, reply);
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
    for (const { op, uuid, fields } of due) { // what may have arrived is known from now on, whatever happens to the reply
      if (op === "begin") {
        begun.get(`uuid:${uuid}`).sent = fields;
        await keepBegun(`uuid:${uuid}`);
      } else if (op === "contact") {
        colleagues.get(uuid).sent = true;
        await keepColleague(colleagues.get(uuid));
      }
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
    planOf, changePlan, notedOf, faultOf, draftColleague, suggest, dropColleague, goneOf, unsentOf, isEmpty, remove,
    colleaguesOf: (key) => ofInterview(colleagues, key),
    isPlanChanged: (key) => plans.has(key),
    planRefused: (key) => plans.get(key)?.refused ?? "",
    isOnWay: (key) => [begun, heads, plans].some((map) => map.has(key)) || [...ofInterview(texts, key), ...ofInterview(colleagues, key)].length > 0,
    kit: () => kit,
    begunAs: (key) => begun.get(key),
    conflictOf: (key) => heads.get(key),
    said: (key, question) => answers.get(nameOf(key, question)),
    saidOf: (key) => notes.get(key),
    questionsOf: (key) => [...texts.values()].filter((one) => one.key === key).map((one) => one.question),
    isWaiting: (key, question) => texts.has(nameOf(key, question)),
    waiting: () => [
      ...[...begun.values()].filter((one) => one.ready || one.isTouched),
      ...[heads, plans, colleagues, texts].flatMap((map) => [...map.values()]).filter((one) => !one.isDraft),
    ].filter((one) => !goneOf(one.key)).length,
    due: () => operations().length,
  };
})();
