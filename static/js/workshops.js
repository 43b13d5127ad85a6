// Workshop pages that follow what happens in the room: the projector, the list of groups, a group's own device.
"use strict";

// data-live="address" asks for its part every data-every milliseconds and draws it when the revision has changed. A
// lost line, a sleeping laptop or a restarted server only delays it: what is shown stays, and the state line says since when.
for (const part of document.querySelectorAll("[data-live]")) {
  const every = Number(part.dataset.every) || 2000;
  const state = document.querySelector("[data-live-state]");
  let timer = 0;
  let busy = false;
  let failedAt = null;

  const say = (text) => {
    if (state && state.textContent !== text) state.textContent = text;
  };
  const words = document.querySelector("[data-words]")?.dataset ?? {}; // a group's own device speaks its language
  const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

  const ask = async () => {
    window.clearTimeout(timer);
    if (busy) return;
    busy = true;
    const stop = new AbortController();
    const limit = window.setTimeout(() => stop.abort(), 5000);
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
      if (answer.status !== 204) {
        const text = await answer.text();
        const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
        part.innerHTML = text; // the server's own template, escaped there
        part.dataset.revision = answer.headers.get("X-Revision");
        if (focused) document.getElementById(focused)?.focus();
      }
      failedAt = null;
      say("");
    } catch (error) {
      failedAt ??= clock();
      say(
        error.message === "signed out"
          ? "You were signed out. Sign in again in another tab; this page then goes on by itself."
          : (words.lost ?? "No connection since {time}. What you see is the last that arrived; this page tries again by itself.").replace("{time}", failedAt),
      );
    } finally {
      window.clearTimeout(limit);
      busy = false;
      timer = window.setTimeout(ask, every);
    }
  };
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  window.addEventListener("online", ask);
  window.addEventListener("pageshow", ask);
  timer = window.setTimeout(ask, every);

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

// data-inline on a verdict's form sends it alone and draws the answer in its place; on a lost line the words stay.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("inline" in form.dataset)) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const status = form.querySelector('[role="status"]');
  const words = document.querySelector("[data-words]")?.dataset ?? {};
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" } });
    if (answer.status !== 200 && answer.status !== 422) throw new Error(String(answer.status));
    const holder = document.createElement("div");
    holder.innerHTML = await answer.text(); // the server's own template, escaped there
    const drawn = holder.querySelector("form");
    if (answer.ok) {
      form.dispatchEvent(new Event("ctnat:saved", { bubbles: true }));
      notOfTheRest(form.elements.target.value);
    }
    form.replaceWith(drawn);
    (drawn.querySelector('[role="alert"]') ? drawn.querySelector("textarea") : drawn.querySelector("button")).focus();
  } catch (error) {
    button.disabled = false;
    status.textContent =
      error.message === "403" && words.gone ? words.gone : (words.notSent ?? "Not sent: no connection. Your words are still here; try again.");
  }
});

// Slides: the arrow keys, Page Up and Page Down, Home and End.
const slides = [...document.querySelectorAll("[data-slide]")];
if (slides.length) {
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const middle = window.scrollY + window.innerHeight / 2;
    const here = slides.findLastIndex((slide) => slide.offsetTop <= middle);
    const to = {
      ArrowRight: here + 1, ArrowDown: here + 1, PageDown: here + 1,
      ArrowLeft: here - 1, ArrowUp: here - 1, PageUp: here - 1,
      Home: 0, End: slides.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const slide = slides[Math.max(0, Math.min(to, slides.length - 1))];
    slide.scrollIntoView();
    slide.focus({ preventScroll: true });
  });
}
