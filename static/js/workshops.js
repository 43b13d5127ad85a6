// Workshop pages that update themselves: the projector, the list of groups, a group's own device.
"use strict";

// data-live="address" asks for its part and draws it when the revision has changed: every data-every milliseconds, and
// less and less often, down to a quarter, while nothing changes; a change, what the page itself sends, and whoever comes back
// to it make it quick again. A lost connection, a sleeping laptop or a restarted server only delays it: the page stays, and
// the state line shows since when.
const SLOWER = 1.5;
const SLOWEST = 4;
for (const part of document.querySelectorAll("[data-live]")) {
  const every = Number(part.dataset.every) || 2000;
  let pause = every;
  const state = document.querySelector("[data-live-state]");
  let timer = 0;
  let busy = false;
  let failedAt = null;
  let failures = 0;

  const say = (text) => {
    if (state && state.textContent !== text) state.textContent = text;
  };
  const words = document.querySelector("[data-words]")?.dataset ?? {}; // of a device or the projector, in the room's language
  const clock = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

  const ask = async () => {
    window.clearTimeout(timer);
    if (busy) return;
    busy = true;
    const stop = new AbortController();
    const limit = window.setTimeout(() => stop.abort(), Math.min(5000 * (1 + failures), 30000)); // a slow server is given time
    try {
      const address = new URL(part.dataset.live, window.location.href);
      address.searchParams.set("revision", part.dataset.revision);
      const answer = await fetch(address, { signal: stop.signal, cache: "no-store", headers: { "X-Requested-With": "fetch" } });
      if (answer.redirected) throw new Error("signed out");
      if (answer.status === 410) {
        say(words.gone);
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      pause = answer.status === 204 ? Math.min(pause * SLOWER, every * SLOWEST) : every;
      if (answer.status !== 204) {
        const text = await answer.text();
        const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
        part.innerHTML = text; // the server's own template, escaped there
        part.dataset.revision = answer.headers.get("X-Revision");
        if (focused) document.getElementById(focused)?.focus();
        document.dispatchEvent(new Event("ctnat:changed"));
      }
      if (failedAt) document.dispatchEvent(new Event("ctnat:online"));
      failedAt = null;
      failures = 0;
      say("");
    } catch (error) {
      failures += 1;
      pause = every;
      failedAt ??= clock();
      say(
        error.message === "signed out"
          ? words.signedOut ?? gettext("You were signed out. Sign in again in another tab; this page then continues automatically.")
          : (words.lost ?? gettext("No connection since {time}. This page shows the last update and reconnects automatically.")).replace("{time}", failedAt),
      );
    } finally {
      window.clearTimeout(limit);
      busy = false;
      timer = window.setTimeout(ask, pause);
    }
  };
  const askSoon = () => {
    pause = every;
    ask();
  };
  document.addEventListener("visibilitychange", () => document.hidden || askSoon());
  window.addEventListener("online", askSoon);
  window.addEventListener("pageshow", askSoon);
  document.addEventListener("ctnat:saved", () => {
    pause = every;
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, pause);
  });
  timer = window.setTimeout(ask, pause);

  // The screen of the projector stays on where the browser allows it.
  if ("awake" in part.dataset && "wakeLock" in navigator) {
    const keepAwake = () => document.hidden || navigator.wakeLock.request("screen").catch(() => {});
    document.addEventListener("visibilitychange", keepAwake);
    keepAwake();
  }
}

// A cell that was judged by itself is no longer among those that remain.
const notOfTheRest = (target) => {
  const line = document.querySelector(`[data-rest="${target}"]`);
  const rest = line?.closest("details");
  line?.remove();
  if (rest && !rest.querySelector("[data-rest]")) rest.remove();
};

// What a group sends: a verdict's form (data-inline) is drawn anew in its place; the others (data-send: the ballot and its
// withdrawal, the agreement with the remaining cells and its undoing) end on the group's page. Each form is kept on this device, under the key of the device (data-device), until the server has answered: on a
// lost line, or where the page was closed meanwhile, it is sent again. The server counts the same ballot or verdict once.
{
  const device = document.querySelector("[data-device]")?.dataset.device;
  const words = document.querySelector("[data-words]")?.dataset ?? {};
  const WAITING = "ctnat-waiting:";
  const waitingKey = `${WAITING}${device}`;
  const PATIENCE = 20000; // milliseconds: a line that gives no answer for so long is lost
  const PAUSE = 5000; // milliseconds until what waits is sent again
  const attempt = (action, otherwise) => {
    try {
      return action();
    } catch {
      return otherwise; // storage is switched off or full
    }
  };
  const waiting = () => attempt(() => device && JSON.parse(window.localStorage.getItem(waitingKey)), null) || {};
  // Returns whether the device has kept the change.
  const wait = (change) => attempt(() => {
    if (!device) return false;
    const forms = waiting();
    change(forms);
    if (Object.keys(forms).length) window.localStorage.setItem(waitingKey, JSON.stringify(forms));
    else window.localStorage.removeItem(waitingKey);
    return true;
  }, false);
  const forget = (name) => wait((forms) => delete forms[name]);
  if (device) {
    attempt(() => {
      for (const key of Object.keys(window.localStorage)) {
        if (key.startsWith(WAITING) && key !== waitingKey) window.localStorage.removeItem(key); // of another group
      }
    });
  }
  const nameOf = (form) => form.dataset.keep ?? form.dataset.waits; // of one in which nothing is typed
  const formOf = (name) => document.querySelector(`form[data-keep="${name}"], form[data-waits="${name}"]`);
  const sending = new Set(); // names of forms on their way

  // Shows the reason of a refusal at the top of the page, in place of an earlier message.
  const tell = (refusal) => {
    if (!refusal) return;
    document.querySelector("[data-refusal]")?.remove();
    document.querySelector("[data-device]")?.after(document.adoptNode(refusal));
  };
  const draw = (form, text) => {
    const page = new DOMParser().parseFromString(text, "text/html"); // the server's own template, escaped there
    const drawn = page.querySelector(form.id ? `[id="${form.id}"]` : "form[data-send]");
    tell(page.querySelector("[data-refusal]"));
    if (drawn) form.replaceWith(document.adoptNode(drawn));
    else if ("send" in form.dataset) (form.closest("details.rest") ?? form).remove(); // there is nothing left to send
    return drawn;
  };

  // The fields that were changed after `body` was made of the form: they differ from what was served and from what was sent.
  const changedSince = (form, body) => [...form.elements].filter((field) => {
    if (!field.name || field.type === "hidden" || (field.type === "radio" && !field.checked)) return false;
    return ctnatForms.isTyped(field) && field.value !== body.get(field.name);
  });
  const restore = (form, changed) => {
    for (const field of changed) {
      if (field.type === "radio") form.querySelector(`[name="${field.name}"][value="${field.value}"]`).checked = true;
      else form.elements[field.name].value = field.value;
    }
  };

  const post = async (address, body, inline) => {
    const stop = new AbortController();
    const limit = window.setTimeout(() => stop.abort(), PATIENCE);
    try {
      const headers = { "X-Requested-With": inline ? "fetch" : "form" };
      const answer = await fetch(address, { method: "POST", body, headers, redirect: inline ? "follow" : "manual", signal: stop.signal });
      return { status: answer.type === "opaqueredirect" ? 302 : answer.status, text: await answer.text() };
    } catch {
      return { status: 0, text: "" }; // no connection
    } finally {
      window.clearTimeout(limit);
    }
  };

  // Returns whether the server answered. What it refused is drawn with its reason. `leave` is called with the address of
  // the page that follows, where the form ends on one.
  const send = async (form, address, body, leave) => {
    const name = nameOf(form);
    if (sending.has(name)) return true;
    sending.add(name);
    const used = form.contains(document.activeElement) ? document.activeElement : null; // before its buttons are disabled
    const buttons = [...form.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    const fields = [...body].filter(([key]) => key !== "csrfmiddlewaretoken");
    const isKept = wait((forms) => (forms[name] = { address, fields, ends: form.dataset.send }));
    if (!isKept) forget(name); // no room for it: an earlier answer must not be sent instead
    const inline = "inline" in form.dataset;
    const { status, text } = await post(address, body, inline);
    sending.delete(name);
    const saved = status >= 200 && status < 400;
    if (saved || status === 409 || status === 422) {
      forget(name);
      const changed = changedSince(form, body);
      if (saved && !changed.length) form.dispatchEvent(new Event("ctnat:saved", { bubbles: true }));
      if (saved && !inline) {
        leave(form.dataset.send);
        return true;
      }
      if (saved) notOfTheRest(form.elements.target.value);
      // An answer that was sent again by itself does not interrupt typing elsewhere.
      const isUsed = used && (form.contains(document.activeElement) || document.activeElement === document.body);
      const drawn = draw(form, text);
      if (drawn?.elements) restore(drawn, changed);
      if (isUsed) drawn?.querySelector(saved && !changed.length ? "button" : "textarea, [data-focus]")?.focus();
      return true;
    }
    for (const button of buttons) button.disabled = false;
    if (used && document.activeElement === document.body) used.focus();
    const isLost = status === 0 || status >= 500 || status === 408 || status === 429; // to be sent again; all else is final
    if (!isLost) forget(name);
    const line = form.querySelector('[role="status"]');
    if (line) {
      const reason = isLost ? isKept && words.waiting : status === 403 ? words.gone : words.refused;
      line.textContent = reason || words.notSent || gettext("Not sent: no connection. Your entries are still here; try again.");
    }
    return !isLost;
  };

  const leave = (address) => {
    const to = new URL(address, window.location.href);
    const here = to.hash && to.pathname + to.search === window.location.pathname + window.location.search;
    window.location.assign(address);
    if (here) window.location.reload(); // another place of this page alone would not load it anew
  };
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!("inline" in form.dataset) && !("send" in form.dataset)) return;
    event.preventDefault();
    const address = event.submitter?.getAttribute("formaction") || form.action;
    if (!(await send(form, address, new FormData(form), leave))) sendAgain();
  });

  // What waits for a form that the page no longer has cannot be sent: the group reads what it was.
  const giveUp = (name, fields) => {
    if (!forget(name)) return;
    const notice = document.createElement("p");
    notice.className = "notice notice-warning";
    notice.setAttribute("role", "alert");
    notice.textContent = (words.notAsked ?? "").replace("{words}", new Map(fields).get("words") || "–");
    document.querySelector("[data-device]").after(notice);
  };

  // The page no longer has the form: what it asks for may be stored already. The server knows, and is asked.
  const formless = (name, next) => {
    const form = document.createElement("form");
    Object.assign(form.dataset, { waits: name, send: next });
    form.id = "gone";
    return form;
  };

  // What waits is sent again, one after the other, with the token of this page, which is left when all is sent.
  let again = 0;
  const sendAgain = () => {
    window.clearTimeout(again);
    if (Object.keys(waiting()).length) again = window.setTimeout(sendWaiting, PAUSE);
  };
  const sendWaiting = async () => {
    window.clearTimeout(again);
    let next = "";
    for (const name of Object.keys(waiting())) {
      const kept = waiting()[name]; // as it is now: it may have been answered anew while another was on its way
      if (!kept || sending.has(name)) continue;
      const { address, fields, ends } = kept;
      const form = formOf(name) ?? (ends && formless(name, ends));
      if (!form) {
        giveUp(name, fields);
        continue;
      }
      const body = new FormData();
      body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
      for (const [key, value] of fields) body.append(key, value);
      if (!(await send(form, address, body, (page) => (next = page)))) break;
    }
    if (next) leave(next);
    else sendAgain();
  };
  if (device) {
    window.addEventListener("online", sendWaiting);
    window.addEventListener("pageshow", sendWaiting);
    document.addEventListener("ctnat:online", sendWaiting);
  }

  // A group is asked again where what it judges was changed: the words above the form are drawn anew, what is typed stays.
  // A form on its way is drawn from its own answer.
  document.addEventListener("ctnat:changed", async () => {
    const newPoints = document.querySelector("[data-new-points]");
    if (!newPoints && !document.querySelector("form[data-wording]")) return;
    const answer = await fetch(window.location.href, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (newPoints && [...page.querySelectorAll("form[data-wording]")].some((form) => !document.getElementById(form.id))) newPoints.hidden = false;
    for (const form of document.querySelectorAll("form[data-wording]")) {
      const fresh = page.querySelector(`[id="${form.id}"]`);
      if (!fresh || sending.has(form.dataset.keep)) continue;
      if (fresh.dataset.wording === form.dataset.wording && fresh.elements?.given.value === form.elements.given.value) continue;
      const used = form.contains(document.activeElement) ? document.activeElement : null;
      const field = form.elements.words;
      const place = used === field ? [field.selectionStart, field.selectionEnd] : null;
      const changed = ctnatForms.isTyped(field);
      form.replaceWith(document.adoptNode(fresh));
      if (changed && fresh.elements) fresh.elements.words.value = field.value;
      if (!used || !fresh.elements) continue;
      if (place) {
        fresh.elements.words.focus();
        fresh.elements.words.setSelectionRange(...place);
      } else fresh.querySelector("input[type=radio], button")?.focus();
    }
  });

  // To amend a recommendation one starts from its words.
  document.addEventListener("change", (event) => {
    const field = event.target.name === "choice" && event.target.value === "amend" && event.target.checked && event.target.form?.elements.words;
    if (field && !field.value && field.dataset.wordingText) {
      field.value = field.dataset.wordingText;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
}

// Slides: the arrow keys, Page Up and Page Down, Home and End.
const slides = [...document.querySelectorAll("[data-slide]")];
if (slides.length) {
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const middle = window.scrollY + window.innerHeight / 2;
    const here = slides.findLastIndex((slide) => slide.offsetParent && slide.offsetTop <= middle); // parts.js hides others
    const to = {
      ArrowRight: here + 1, ArrowDown: here + 1, PageDown: here + 1,
      ArrowLeft: here - 1, ArrowUp: here - 1, PageUp: here - 1,
      Home: 0, End: slides.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const slide = slides[Math.max(0, Math.min(to, slides.length - 1))];
    slide.dispatchEvent(new Event("ctnat:reveal", { bubbles: true }));
    slide.scrollIntoView();
    slide.focus({ preventScroll: true });
  });
}
