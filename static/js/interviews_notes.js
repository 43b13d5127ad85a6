// The typing page saves automatically: first on this device, sealed (keep.js), then on the server, until that succeeds.
// Each save carries a client (this page), a rising sequence and the revision it was typed upon; see save_answer.
"use strict";

(() => {
  const form = document.querySelector("[data-notes]");
  if (!form) return;

  const { user, interview, stateUrl, saveUrl, signIn } = form.dataset;
  const AFTER_KEY = 700; // ms of rest before a save
  const LOOK = 15000; // ms between looks for what colleagues changed
  const WAITS = [1500, 3000, 6000, 12000, 24000]; // ms between tries without a connection
  const me = ctnatKeep.client;
  const line = form.querySelector("[data-status]");
  let token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  let trashed = null; // {by, at} once the interview is in the trash
  let holder = form.dataset.interviewer; // who held the interview when the page was opened, and who holds it now
  let trouble = ""; // "", "offline", "signed-out", "other-user" or "refused"
  let tries = 0;
  let retryTimer = 0;

  // One question -------------------------------------------------------------------------------------------------

  const questions = new Map();
  for (const box of form.querySelectorAll("[data-question]")) {
    const area = box.querySelector("textarea");
    questions.set(box.dataset.question, {
      name: box.dataset.question, box, area, label: box.querySelector("[data-saving]"),
      words: box.querySelector("[data-words]"), saved: area.defaultValue, base: Number(box.dataset.revision),
      client: me, sequence: 0, timer: 0, sending: false, conflict: null, refused: "", onDevice: true,
    });
  }

  const isDirty = (q) => q.area.value !== q.saved;
  const placeOf = (draft) => [draft.interview, draft.client, draft.question].join(":");
  const draftOf = (q) => ({
    user, interview, client: q.client, question: q.name, text: q.area.value, base: q.base, sequence: q.sequence,
    at: Date.now(),
  });

  function setState(q, state, text) {
    q.label.dataset.state = state;
    q.label.textContent = text;
  }

  function count(q) {
    const words = q.area.value.split(/\s+/u).filter(Boolean).length;
    q.words.textContent = numbered(ngettext("%(n)s word", "%(n)s words", words), words);
  }

  function changed(q, rest = AFTER_KEY) {
    q.sequence += 1;
    q.refused = "";
    keepHere(q);
    count(q);
    setState(q, "typing", "");
    clearTimeout(q.timer);
    q.timer = setTimeout(() => send(q), rest);
    showStatus();
  }

  // What is on this device is said once it is on the disk.
  async function keepHere(q) {
    const { sequence } = q;
    q.onDevice = null; // not known yet
    const isKept = await ctnatKeep.keep("note", placeOf(draftOf(q)), draftOf(q));
    if (sequence !== q.sequence || !isDirty(q)) return; // later words speak for themselves, or it is saved
    q.onDevice = isKept;
    if (q.label.dataset.state === "typing") showDevice(q);
    showStatus();
  }

  function showDevice(q) {
    if (q.onDevice === null) setState(q, "typing", "");
    else setState(q, "device", q.onDevice ? gettext("Saved on this device") : gettext("Not saved yet: keep this page open"));
  }

  async function send(q) {
    clearTimeout(q.timer);
    if (q.sending || trouble === "other-user") return;
    const text = q.area.value;
    const sequence = q.sequence;
    q.sending = true;
    if (!trouble && !q.conflict) setState(q, "sending", gettext("Sending…"));
    const reply = await post(q.name, { text, client: q.client, sequence, base: q.base });
    q.sending = false;
    if (!reply) {
      showDevice(q);
      return showStatus();
    }
    heed(reply);
    if (reply.status === "saved") await onSaved(q, text, reply);
    else if (reply.status === "conflict") onConflict(q, reply);
    else {
      q.refused = reply.message;
      setState(q, "refused", reply.message);
    }
    if (q.area.value !== text) q.timer = setTimeout(() => send(q), AFTER_KEY);
    showStatus();
  }

  async function onSaved(q, text, reply) {
    q.base = reply.revision;
    q.saved = text;
    showConflict(q, null);
    if (reply.text !== undefined && q.area.value === text && reply.text !== text.normalize("NFC")) {
      q.area.value = q.saved = reply.text; // the observations of two people, joined
      count(q);
    }
    await rememberServer(); // only then may the draft go
    if (q.area.value === q.saved) {
      await ctnatKeep.drop("note", placeOf(draftOf(q)));
      setState(q, "saved", gettext("Saved {time}").replace("{time}", reply.at));
    } else keepHere(q);
  }

  // An answer changed elsewhere: both texts side by side ----------------------------------------------------------

  function onConflict(q, reply) {
    setState(q, "conflict", gettext("Changed elsewhere. Both texts are kept: choose one below."));
    showConflict(q, reply);
  }

  function showConflict(q, theirs) {
    const before = q.conflict;
    q.conflict = theirs;
    if (before && theirs && before.text === theirs.text) return;
    q.box.querySelector("[data-conflict]")?.remove();
    if (!theirs) return;
    for (const old of q.box.querySelectorAll("[data-aside-client]")) old.hidden = old.dataset.asideClient === q.client;
    const panel = document.createElement("div");
    panel.className = "aside-text";
    panel.dataset.conflict = "";
    panel.lang = document.documentElement.lang;
    panel.dir = document.dir;
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", gettext("The other text of {question}").replace("{question}", q.name));
    const head = document.createElement("p");
    head.textContent = interpolate(gettext("%(who)s changed this answer at %(time)s. Yours is above, theirs is:"), { who: theirs.by, time: theirs.at }, true);
    const text = document.createElement("div");
    text.className = "read-notes read-plain";
    text.dir = "auto";
    text.textContent = theirs.text;
    panel.append(head, text);
    for (const [word, settle] of [
      [gettext("Keep both, theirs first"), () => `${theirs.text.trimEnd()}\n\n${q.area.value}`],
      [gettext("Keep mine"), () => q.area.value],
      [gettext("Keep theirs"), () => theirs.text],
    ]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-outline-primary";
      button.textContent = word;
      button.addEventListener("click", () => {
        q.area.value = settle();
        q.base = theirs.revision;
        showConflict(q, null);
        q.area.focus();
        changed(q, 0);
      });
      panel.append(button, " ");
    }
    q.box.append(panel);
  }

  // The server ---------------------------------------------------------------------------------------------------

  // Replies the decoded answer, or null where it did not arrive: then the cause is in `trouble`, and it is tried again.
  async function post(question, fields, again = true) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    if (form.elements.guide) body.append("guide", form.elements.guide.value);
    let reply;
    try {
      reply = await fetch(saveUrl.replace(/Q\/$/, `${encodeURIComponent(question)}/`), {
        method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": token, Accept: "application/json" },
      });
    } catch {
      return meet("offline");
    }
    if (reply.type === "opaqueredirect") return meet("signed-out");
    if (reply.status === 403 && again && (await look())) return post(question, fields, false);
    if (reply.status >= 500) return meet("offline");
    try {
      const decoded = await reply.json();
      recover();
      return decoded;
    } catch {
      return meet(reply.status === 403 || reply.status === 404 ? "refused" : "offline");
    }
  }

  function meet(what) {
    trouble = what;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(flush, WAITS[Math.min(tries, WAITS.length - 1)]);
    tries += 1;
    showStatus();
    return null;
  }

  function recover() {
    if (trouble) {
      trouble = "";
      clearTimeout(retryTimer);
      setTimeout(flush, 0);
    }
    tries = 0;
  }

  async function flush() {
    if (trouble && !(await look())) return;
    for (const q of questions.values()) if (isDirty(q) && !q.refused) send(q);
  }

  // Looks for what changed elsewhere, and whether the connection and the sign-in work. Takes over drafts of closed pages.
  async function look() {
    const at = [...questions.values()].find((q) => q.area === document.activeElement);
    const known = new URLSearchParams({ client: me, at: at?.name ?? "" });
    for (const q of questions.values()) known.set(q.name, q.base);
    let state;
    try {
      const reply = await fetch(`${stateUrl}?${known}`, { redirect: "manual", headers: { Accept: "application/json" } });
      if (reply.type === "opaqueredirect") return meet("signed-out"), false;
      if (reply.status === 403 || reply.status === 404) return meet("refused"), false;
      state = await reply.json();
    } catch {
      return meet("offline"), false;
    }
    if (String(state.user) !== user) return meet("other-user"), false;
    token = state.token;
    isKnown = true;
    heed(state);
    recover();
    let news = false;
    for (const q of questions.values()) {
      const theirs = state.answers[q.name];
      if (!theirs || theirs.text === undefined || theirs.revision <= q.base) continue;
      if (isDirty(q) || q.sending || document.activeElement === q.area) continue; // a save finds out whether they differ
      q.area.value = q.saved = theirs.text;
      q.base = theirs.revision;
      count(q);
      setState(q, "saved", interpolate(gettext("Changed by %(who)s %(time)s"), { who: theirs.by, time: theirs.at }, true));
      news = true;
    }
    if (news) rememberServer();
    await takeOver();
    await ctnatOffline.showLocked();
    showStatus();
    return true;
  }

  // What is told with every reply: colleagues in the same answer, a move to the trash or to other hands, the code.
  function heed(reply) {
    if (reply.trashed !== undefined) trashed = reply.trashed;
    if (reply.interviewer !== undefined) holder = reply.interviewer;
    if (reply.code) for (const shown of document.querySelectorAll("[data-interview-code]")) shown.textContent = reply.code;
    if (!reply.here) return;
    for (const q of questions.values()) {
      const place = q.box.querySelector("[data-here]");
      const text = reply.here[q.name] ?? "";
      if (place && place.textContent !== text) place.textContent = text;
    }
  }

  const numbered = (text, n) => interpolate(text, { n }, true);

  function showStatus() {
    const dirty = [...questions.values()].filter(isDirty);
    const waiting = dirty.length;
    const isAllKept = dirty.every((q) => q.onDevice !== false);
    const isBeingKept = dirty.some((q) => q.onDevice === null);
    const conflicts = [...questions.values()].filter((q) => q.conflict).length;
    const shown = form.querySelector(".notes-status").dataset;
    let state = trouble;
    let text = "";
    if (trouble && isAllKept && isBeingKept && shown.state === trouble) return; // what it says of the words before still holds
    if (trouble && !isAllKept) text = gettext("Not saved yet: keep this page open");
    else if (trouble && isBeingKept) [state, text] = ["sending", gettext("Sending…")];
    else if (trouble === "offline") text = waiting ? numbered(ngettext("No connection. %(n)s answer saved on this device; will be sent when you are online.", "No connection. %(n)s answers saved on this device; will be sent when you are online.", waiting), waiting) : gettext("No connection. Your notes are saved on this device.");
    else if (trouble === "signed-out") text = gettext("You are signed out. Your notes are saved on this device.");
    else if (trouble === "other-user") text = gettext("Another account is signed in on this device. Sign in with the earlier account; your notes are saved here.");
    else if (trouble === "refused") text = gettext("You can no longer edit this interview. Your text is saved on this device: copy it now.");
    else if (conflicts) [state, text] = ["conflict", numbered(ngettext("%(n)s answer was changed elsewhere. Choose below.", "%(n)s answers were changed elsewhere. Choose below.", conflicts), conflicts)];
    else if (trashed) [state, text] = ["trashed", interpolate(trashed.at
      ? gettext("%(who)s moved this interview to the trash at %(time)s. What you type is saved, but is not counted until the interview is restored.")
      : gettext("%(who)s moved this interview to the trash. What you type is saved, but is not counted until the interview is restored."),
    { who: trashed.by, time: trashed.at }, true)];
    else if (holder !== form.dataset.interviewer) [state, text] = ["handed", interpolate(gettext("This interview was handed to %(who)s. What you type is saved."), { who: holder || "—" }, true)];
    else if (waiting) [state, text] = ["sending", gettext("Sending…")];
    else [state, text] = ["saved", gettext("All notes saved.")];
    shown.state = state;
    if (line.dataset.shown === text) return;
    line.dataset.shown = text;
    line.textContent = text;
    if (trouble === "signed-out" || trouble === "other-user") {
      const link = document.createElement("a");
      link.href = `${signIn}?next=${encodeURIComponent(location.pathname)}`;
      link.target = "_blank";
      link.textContent = gettext("Sign in again in a new tab, then come back to this page.");
      line.append(" ", link);
    }
  }

  // Drafts of pages that were closed, and the server's texts as last seen ------------------------------------------

  // A page locks its client while it is open; a draft whose client is not locked was left behind.
  function lockClient(client) {
    if (!navigator.locks) return Promise.resolve(true);
    return new Promise((resolve) => {
      navigator.locks.request(`ctnat:${client}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock && new Promise(() => {});
      });
    });
  }

  const locked = new Map([[me, true]]);
  async function takeOver() {
    const kept = (await ctnatKeep.list("note")).map((row) => row.value);
    for (const draft of kept.filter((one) => one.interview === interview)) {
      if (draft.client === me || [...questions.values()].some((q) => q.client === draft.client && q.name === draft.question)) continue;
      if (!locked.get(draft.client)) locked.set(draft.client, await lockClient(draft.client));
      if (!locked.get(draft.client)) continue; // another tab is typing it
      const q = questions.get(draft.question);
      if (q && draft.text.normalize("NFC") === q.saved.normalize("NFC")) ctnatKeep.drop("note", placeOf(draft));
      else if (q && !isDirty(q) && q.client === me) {
        // Without locks the other page may be alive: then this page speaks for itself, and a crossing text is set aside.
        const speaker = navigator.locks ? draft : { client: me, sequence: q.sequence + 1 };
        Object.assign(q, { client: speaker.client, sequence: speaker.sequence, base: draft.base });
        q.area.value = draft.text;
        if (!navigator.locks && await ctnatKeep.keep("note", placeOf(draftOf(q)), draftOf(q))) ctnatKeep.drop("note", placeOf(draft));
        count(q);
        setState(q, "device", gettext("Saved on this device"));
        q.timer = setTimeout(() => send(q), 0);
      } else if (q && isDirty(q) && !q.conflict) {
        continue; // this page's own words go first; the others at the next look
      } else {
        const { text, client, sequence, base } = draft;
        const reply = await post(draft.question, { text, client, sequence, base }); // it is saved, or set aside beside the answer
        if (reply && reply.status !== "refused") ctnatKeep.drop("note", placeOf(draft));
      }
    }
  }

  // The page that is kept for opening without a connection has no answers: the server's latest are sealed beside it.
  const copyOf = `${location.pathname} of ${user}`;
  let isKnown = !("blank" in form.dataset); // whether the page has the server's texts
  async function rememberServer() {
    if (!form.dataset.kept || !isKnown) return;
    const texts = Object.fromEntries([...questions.values()].map((q) => [q.name, { text: q.saved, revision: q.base }]));
    await ctnatKeep.keep("copy", copyOf, texts);
  }

  async function recallServer() {
    const copy = (await ctnatKeep.list("copy")).find((row) => row.place === copyOf);
    if (copy) isKnown = true;
    for (const q of questions.values()) {
      const known = copy?.value[q.name];
      if (!known || known.revision <= q.base || isDirty(q)) continue;
      q.area.value = q.saved = known.text;
      q.base = known.revision;
      count(q);
    }
  }

  ctnatOffline.onUnlock(async () => {
    await recallServer();
    await takeOver();
    await ctnatOffline.showLocked();
    showStatus();
  });

  // Keeps this page without its answers, for opening it off line.
  async function keepPage() {
    if (!(await ctnatOffline.keepPage(form.dataset.worker, `${location.pathname}?blank=1`))) return;
    form.dataset.kept = "1";
    await rememberServer();
  }

  // Events of the page -----------------------------------------------------------------------------------------------------------

  form.addEventListener("input", (event) => {
    const q = questions.get(event.target.closest("[data-question]")?.dataset.question);
    if (q) changed(q);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    for (const q of questions.values()) if (isDirty(q)) send(q);
    showStatus();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit();
    } else if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const areas = [...questions.values()].map((q) => q.area);
      const next = areas[areas.indexOf(document.activeElement) + (event.shiftKey ? -1 : 1)];
      if (!next) return;
      event.preventDefault();
      next.dispatchEvent(new Event("ctnat:reveal", { bubbles: true })); // on a phone another part may be shown
      next.focus();
    } else if (event.altKey && event.code === "KeyP") {
      event.preventDefault();
      form.classList.toggle("prompts-hidden");
    }
  });
  window.addEventListener("online", flush);
  window.addEventListener("offline", () => meet("offline"));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) for (const q of questions.values()) { if (isDirty(q)) send(q); }
    else look();
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...questions.values()].some((q) => isDirty(q) && !q.onDevice)) event.preventDefault(); // or not known yet
  });
  ctnatOffline.clearWhenIdle(form, () => [...questions.values()].every((q) => !isDirty(q) || q.onDevice) && (!trouble || form.dataset.kept));
  setInterval(() => { if (!document.hidden && !trouble) look(); }, LOOK);

  lockClient(me);
  ctnatVault.prepareWorker().catch(() => {}).then(recallServer).then(takeOver).then(ctnatOffline.showLocked).then(showStatus).then(keepPage);
})();
