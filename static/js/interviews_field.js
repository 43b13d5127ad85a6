// The page for working without a connection: what this device took along, interviews that are begun here, and what waits
// to be sent. Everything typed is sealed on the device as it is typed (interviews_field_store.js), and sent from there.
"use strict";

(() => {
  if (!ctnatField) return;
  const { page } = ctnatField;
  const AFTER_KEY = 1500; // ms of rest before it is sent
  const WAITS = [3000, 6000, 12000, 24000, 48000]; // ms between tries without a connection
  const CLOCK = 10 * 60_000; // ms by which a clock may be wrong
  const part = (name) => page.querySelector(`[data-${name}]`);
  const form = part("head");
  const fields = [...form.elements].filter((field) => field.name);
  let shown = null; // key of the interview that is open
  let trouble = "offline"; // until the server has answered
  let tries = 0;
  let timer = 0;
  let isSending = false;
  let isClockRight = false; // the person said so
  let isKept = true;
  let unkept = 0; // writes on their way to the disk

  const find = (key) => ctnatField.all().find((one) => one.key === key);
  const counted = (text, n) => interpolate(text, { n }, true);

  // Keeping ------------------------------------------------------------------------------------------------------

  async function kept(promise, label) {
    unkept += 1;
    showStatus(); // it waits from now on
    isKept = await promise;
    unkept -= 1;
    if (label) label.textContent = isKept ? gettext("Saved on this device") : gettext("Not saved yet: keep this page open");
    showStatus();
    const one = find(shown);
    if (one) parts.refresh(one, !trouble);
    sendSoon();
  }

  window.addEventListener("beforeunload", (event) => {
    if (unkept || !isKept) event.preventDefault();
  });

  // What the page says -------------------------------------------------------------------------------------------

  function showStatus() {
    const waiting = ctnatField.waiting();
    const line = part("status");
    let text = waiting ? counted(gettext("Waiting to be sent: %(n)s"), waiting) : gettext("All notes saved.");
    let state = waiting ? "sending" : "saved";
    if (!isKept) [state, text] = ["refused", gettext("Not saved yet: keep this page open")];
    else if (trouble === "offline") {
      [state, text] = ["offline", `${gettext("No connection. Your notes are saved on this device.")} ${waiting ? text : ""}`];
    } else if (trouble === "signed-out") [state, text] = ["offline", gettext("You are signed out. Your notes are saved on this device.")];
    else if (trouble === "other-user") [state, text] = ["offline", gettext("Another account is signed in on this device. Sign in with the earlier account; your notes are saved here.")];
    else if (trouble === "refused") [state, text] = ["refused", gettext("You can no longer edit this interview. Your text is saved on this device: copy it now.")];
    line.parentElement.dataset.state = state;
    if (line.dataset.shown === text) return;
    line.dataset.shown = text;
    line.textContent = text;
    if (trouble !== "signed-out" && trouble !== "other-user") return;
    const link = document.createElement("a");
    link.href = `${page.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`;
    link.target = "_blank";
    link.textContent = gettext("Sign in again in a new tab, then come back to this page.");
    line.append(" ", link);
  }

  function moment(text) {
    const at = new Date(text);
    return Number.isNaN(at.getTime()) ? "" : at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  }

  // Entries stay where they are while they say the same: the focus may be in one.
  const entries = new Map(); // key -> item

  function entryOf(key) {
    if (!entries.has(key)) {
      const item = document.createElement("li");
      const main = document.createElement("div");
      main.className = "entry-main";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-outline-primary";
      button.addEventListener("click", () => open(key));
      const about = document.createElement("p");
      about.className = "muted small";
      main.append(button, about);
      item.append(main, document.createElement("p"));
      entries.set(key, item);
    }
    return entries.get(key);
  }

  function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function showList() {
    const kit = ctnatField.kit();
    part("taken").textContent = kit ? interpolate(gettext("Taken along: %(time)s"), { time: moment(kit.taken_at) }, true) : "";
    part("begin").hidden = !kit;
    const organisations = new Map(kit?.organisations);
    const rows = ctnatField.all().map((one) => {
      const head = ctnatField.headOf(one);
      const item = entryOf(one.key);
      say(item.querySelector("button"), titleOf(one));
      say(item.querySelector(".muted"), [moment(head.held_at), organisations.get(Number(head.organisation)) ?? head.new_organisation].filter(Boolean).join(" · "));
      say(item.lastElementChild, messagesOf(one).join(" "));
      return item;
    });
    const list = part("entries");
    for (const item of Array.from(list.children)) if (!rows.includes(item)) item.remove(); // `children` follows
    rows.forEach((item, n) => {
      if (list.children[n] !== item) list.insertBefore(item, list.children[n] ?? null);
    });
  }

  const titleOf = (one) => [one.code, one.name].filter((text, n, list) => text && list.indexOf(text) === n).join(" · ");

  // What is to be done about an interview, each as a sentence.
  function messagesOf(one) {
    const said = ctnatField.saidOf(one.key);
    const begun = ctnatField.begunAs(one.key);
    if (one.gone) return [one.gone];
    const found = [];
    if (said?.message) found.push(said.message);
    if (begun && !(begun.fields.held_at && begun.fields.language)) found.push(gettext("Enter its date and its language: then it is sent."));
    if (said?.trashed) found.push(part("trashed").content.textContent.trim());
    if (one.near?.length) found.push(interpolate(gettext("With the same organisation, at about that time: %(codes)s. Is it the same talk?"), { codes: one.near.join(", ") }, true));
    if (ctnatField.conflictOf(one.key)?.refused) found.push(ctnatField.conflictOf(one.key).refused);
    if (parts.planMessage(one)) found.push(parts.planMessage(one));
    found.push(...ctnatField.colleaguesOf(one.key).map(({ refused }) => refused).filter(Boolean));
    return found;
  }

  let told = "";
  function showMessages() {
    const one = find(shown);
    const texts = one ? messagesOf(one).filter((text) => text !== parts.planMessage(one)) : []; // that stands beside the choice
    if (one) say(part("name"), titleOf(one));
    const now = JSON.stringify([shown, texts, trouble, one?.address, one && ctnatField.conflictOf(one.key)?.theirs]);
    if (now === told) return; // the focus may be on a button in it
    told = now;
    const found = lines("p", texts);
    for (const line of found) line.className = "notice notice-warning";
    if (one?.address && !trouble) {
      const link = document.createElement("a");
      link.href = one.address;
      link.textContent = one.code;
      found.push(link);
    }
    part("messages").replaceChildren(...found, ...conflicts(one));
  }

  // Details that a colleague changed as well: both values, and a choice.
  function conflicts(one) {
    const mine = one && ctnatField.conflictOf(one.key);
    return Object.entries(mine?.theirs ?? {}).map(([name, theirs]) => {
      const box = document.createElement("div");
      box.className = "aside-text";
      const line = document.createElement("p");
      const label = form.querySelector(`label[for="id_${name}"]`)?.textContent.trim() ?? name;
      line.textContent = interpolate(gettext("%(detail)s was changed elsewhere to %(theirs)s. Here it is %(mine)s."), {
        detail: label, theirs: inWords(name, theirs), mine: inWords(name, mine.fields[name]),
      }, true);
      box.append(line);
      for (const [word, value] of [[gettext("Keep mine"), mine.fields[name]], [gettext("Keep theirs"), theirs]]) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-sm btn-outline-primary";
        button.textContent = word;
        button.addEventListener("click", () => {
          delete mine.theirs[name];
          const present = { ...mine.fields, [name]: value };
          kept(ctnatField.changeHead(one, present, true), part("head-saving"));
          fillHead(present);
          showMessages();
        });
        box.append(button, " ");
      }
      return box;
    });
  }

  // A value as the form shows it.
  function inWords(name, value) {
    const field = form.elements[name];
    return [...field?.options ?? []].find((option) => option.value === value)?.text ?? (value || "—");
  }

  // One interview ------------------------------------------------------------------------------------------------

  function fillHead(head) {
    const { languages } = ctnatField.kit();
    for (const field of fields) field.value = field.name === "language" ? languages[head.language] ?? head.language ?? "" : head[field.name] ?? "";
  }

  function readHead() {
    const codes = new Map(Object.entries(ctnatField.kit().languages).map(([code, name]) => [name.toLowerCase(), code]));
    const found = Object.fromEntries(fields.map((field) => [field.name, field.value]));
    found.language = codes.get(found.language.trim().toLowerCase()) ?? found.language;
    return found;
  }

  function open(key) {
    const one = find(key);
    if (!one) return;
    shown = key;
    part("list").hidden = true;
    part("interview").hidden = false;
    const { organisations } = ctnatField.kit();
    form.elements.organisation.replaceChildren(new Option("—", ""), ...organisations.map(([pk, name]) => new Option(name, pk)));
    const head = ctnatField.headOf(one);
    told = "";
    fillHead(head);
    part("head-saving").textContent = "";
    part("head-fold").open = Boolean(one.isBegun);
    showQuestions(one, head.language);
    parts.show(one, guideOf(one, head.language), !trouble);
    showMessages();
    part("name").focus();
  }

  // The guide of an interview in its language, or in English.
  function guideOf(one, language) {
    const kit = ctnatField.kit();
    const guides = kit.guides[one.guide] ?? kit.guides[kit.guide];
    return guides[language] ?? guides.en;
  }

  function showQuestions(one, language) {
    const guide = guideOf(one, language);
    const sections = guide.sections.map((section) => {
      const fold = document.createElement("details");
      fold.className = "fold";
      fold.dataset.section = section.name;
      fold.open = ctnatField.planOf(one).sections.includes(section.name) || section.questions.some(({ name }) => ctnatField.textOf(one, name));
      fold.append(document.createElement("summary"), ...section.questions.map((question) => questionBox(one, question)));
      return fold;
    });
    const known = new Set(guide.sections.flatMap((section) => section.questions.map(({ name }) => name)));
    const { observations } = page.dataset;
    const other = [...new Set([...Object.keys(one.answers), ...ctnatField.questionsOf(one.key)])];
    const dropped = other.filter((name) => !known.has(name) && name !== observations);
    const own = { name: observations, text: part("observations-label").content.textContent.trim(), prompts: [], isOwn: true };
    const last = [...dropped.map((name) => ({ name, text: "", prompts: [] })), own].map((question) => questionBox(one, question));
    part("answers").replaceChildren(...sections, ...last);
    showWords(guide);
  }

  const lines = (kind, texts) => texts.map((text) => {
    const line = document.createElement(kind);
    line.textContent = text;
    return line;
  });

  // The guide in one language, around the fields: somebody may be typing in one.
  function showWords(guide) {
    part("note").replaceChildren(...guide.note.flatMap(([isHeading, text]) => lines(isHeading ? "h3" : "p", [text])));
    part("note").dir = "auto";
    for (const section of guide.sections) {
      const fold = part("answers").querySelector(`[data-section="${CSS.escape(section.name)}"]`);
      if (!fold) continue;
      fold.lang = section.language;
      fold.querySelector("summary").textContent = `${section.name}. ${section.title}`;
      for (const { name, text, prompts } of section.questions) {
        const box = document.getElementById(`text-${name}`)?.closest(".question");
        if (!box) continue;
        box.querySelector("[data-text]").textContent = text;
        box.querySelector(".prompts").replaceChildren(...lines("li", prompts));
        box.querySelector(".prompts").hidden = !prompts.length;
      }
    }
  }

  function questionBox(one, question) {
    const box = part("question-box").content.cloneNode(true).firstElementChild;
    const area = box.querySelector("textarea");
    area.id = `text-${question.name}`;
    area.value = ctnatField.textOf(one, question.name);
    area.dataset.question = question.name;
    box.querySelector("label").htmlFor = area.id;
    box.querySelector(".code").textContent = question.isOwn ? "" : question.name;
    box.querySelector("[data-text]").textContent = question.text;
    box.querySelector(".prompts").hidden = true;
    if (question.suggests_contacts) box.querySelector(".question-foot").append(parts.offerColleague());
    area.addEventListener("input", () => {
      const label = box.querySelector("[data-saving]");
      label.textContent = "";
      kept(ctnatField.type(find(shown), question.name, area.value), label);
    });
    return box;
  }

  // After a reply: what the server said of each answer, and texts that it joined or that were changed elsewhere.
  function refresh() {
    if (!ctnatField.waiting()) isKept = true; // the server has everything
    showStatus();
    if (!shown) return showList();
    const one = find(shown);
    if (!one) return leave(null); // it left the device: it was erased, and nothing of it was waiting
    showMessages();
    parts.refresh(one, !trouble);
    for (const area of part("answers").querySelectorAll("textarea")) {
      const name = area.dataset.question;
      const reply = ctnatField.said(shown, name);
      const label = area.closest(".question").querySelector("[data-saving]");
      if (!reply) continue;
      label.dataset.state = reply.status;
      if (reply.status === "saved" && !ctnatField.isWaiting(shown, name)) {
        label.textContent = gettext("Saved {time}").replace("{time}", reply.at);
        if (one && document.activeElement !== area) area.value = ctnatField.textOf(one, name);
      } else if (reply.status === "conflict") {
        label.textContent = gettext("A colleague changed this answer too. Both texts are kept: choose between them on the page of the interview.");
      } else if (reply.message) label.textContent = reply.message;
    }
    return shown;
  }

  // Back to the list. `undo` puts back what was removed; null where nothing can.
  let putBack = null;
  function leave(undo) {
    const key = shown;
    shown = null;
    part("interview").hidden = true;
    part("list").hidden = false;
    showList();
    part("undo").hidden = !undo;
    putBack = () => {
      part("undo").hidden = true;
      kept(undo(), null);
      showList();
      entries.get(key)?.querySelector("button").focus();
    };
    if (undo) part("undo-button").focus();
    else (entries.get(key)?.isConnected ? entries.get(key).querySelector("button") : part("take")).focus();
    showStatus();
    sendSoon();
  }
  part("undo-button").addEventListener("click", () => putBack());
  part("back").addEventListener("click", () => leave(null));

  const parts = ctnatFieldParts(ctnatField, {
    kept,
    leave,
    showSection(name) {
      const fold = part("answers").querySelector(`[data-section="${CSS.escape(name)}"]`);
      if (fold) fold.open = true;
    },
  });

  part("begin").addEventListener("click", () => {
    const now = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
    const { key, kept: isOnDisk } = ctnatField.begin({ held_at: now, interviewer: ctnatField.kit().interviewer });
    kept(isOnDisk, null);
    open(key);
  });

  form.addEventListener("input", () => {
    part("head-saving").textContent = "";
    kept(ctnatField.changeHead(find(shown), readHead(), false), part("head-saving"));
  });
  form.addEventListener("change", (event) => {
    if (event.target.name !== "language") return;
    showWords(guideOf(find(shown), readHead().language));
    parts.show(find(shown), guideOf(find(shown), readHead().language), !trouble);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    kept(ctnatField.changeHead(find(shown), readHead(), true), part("head-saving"));
    part("head-fold").open = false;
    showMessages();
  });
  part("answers").addEventListener("submit", (event) => event.preventDefault());

  // Sending ------------------------------------------------------------------------------------------------------

  function sendSoon(rest = AFTER_KEY) {
    clearTimeout(timer);
    timer = setTimeout(send, trouble ? WAITS[Math.min(tries, WAITS.length - 1)] : rest);
  }

  async function send() {
    if (isSending || !page.isConnected) return;
    isSending = true;
    clearTimeout(timer);
    const state = await ctnatField.ask();
    trouble = state.trouble ?? "";
    if (!trouble && isClockFine(state.now)) trouble = await ctnatField.send();
    tries = trouble ? tries + 1 : 0;
    isSending = false;
    refresh();
    if (trouble || (ctnatField.due() && part("clock").hidden)) sendSoon();
  }

  function isClockFine(now) {
    const minutes = Math.round((Date.now() - Date.parse(now)) / 60_000);
    const isFine = isClockRight || Math.abs(minutes) * 60_000 <= CLOCK;
    part("clock").hidden = isFine;
    const wrong = Math.abs(minutes);
    part("clock-text").textContent = wrong < 120
      ? counted(gettext("The clock of this device is wrong by %(n)s minutes. Check the date and the time of what you began here."), wrong)
      : counted(gettext("The clock of this device is wrong by %(n)s hours. Check the date and the time of what you began here."), Math.round(wrong / 60));
    return isFine;
  }
  part("clock-right").addEventListener("click", () => {
    isClockRight = true;
    send();
  });
  window.addEventListener("online", () => send());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });

  // Taking along -------------------------------------------------------------------------------------------------

  async function keepPage() {
    if (await ctnatOffline.keepPage(page.dataset.worker, location.pathname)) page.dataset.ready = "1";
  }

  async function take() {
    await navigator.storage?.persist?.();
    isKept = await ctnatField.take();
    if (!isKept) notice("error", gettext("Nothing was taken along: there is no connection, or this browser cannot keep it."));
    isKept = true;
    await keepPage();
    await showOffer();
    refresh();
  }
  part("take").addEventListener("click", take);

  async function showOffer() {
    part("room").textContent = ctnatField.kit() ? await ctnatOffline.roomInWords() : "";
    part("words-offer").hidden = !ctnatField.kit() || await ctnatVault.hasWords().catch(() => true);
  }
  ctnatOffline.offerWords(page);
  ctnatOffline.onUnlock(start);
  ctnatOffline.clearWhenIdle(page, () => !unkept && isKept);

  async function start() {
    await ctnatField.load();
    await ctnatOffline.showLocked();
    showStatus();
    showList();
    await send();
    if (!trouble && location.hash === "#take") {
      history.replaceState(null, "", location.pathname);
      await take();
    } else if (!trouble && ctnatField.kit()) await keepPage();
    await showOffer();
  }

  // One tab at a time: two would write over each other.
  function alone() {
    if (!navigator.locks) return start();
    return navigator.locks.request(`ctnat-field:${page.dataset.field}`, { ifAvailable: true }, (lock) => {
      if (lock) {
        start();
        return new Promise(() => {});
      }
      part("status").textContent = gettext("This page is open in another tab. Go on there, or close it.");
      part("list").hidden = true;
      navigator.locks.request(`ctnat-field:${page.dataset.field}`, () => location.reload());
      return null;
    });
  }
  alone();
})();
