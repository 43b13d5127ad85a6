// Keyboard entry of paper forms: shows what a number means, and moves on where one key is an answer.
"use strict";

const entry = document.getElementById("entry");
const fields = () => [...entry.querySelectorAll("input:not([type=hidden]), select, textarea")];

function next(field) {
  const all = fields();
  const following = all[all.indexOf(field) + 1];
  if (following) {
    following.dispatchEvent(new Event("ctnat:reveal", { bubbles: true })); // on a phone another part may be shown
    following.focus();
  } else entry.querySelector("button").focus();
}

function recognise(field) {
  const output = field.parentElement.querySelector(".recognised");
  const keys = document.getElementById(field.dataset.keys);
  if (!output || !keys) return;
  const labels = new Map([...keys.children].map((line) => {
    const number = line.querySelector("kbd").textContent;
    return [number, line.textContent.replace(number, "").trim()];
  }));
  const words = field.value.split(/[\s,;]+/).filter(Boolean);
  const unknown = words.filter((word) => /^\d+$/.test(word) && !labels.has(word));
  output.textContent = unknown.length ? `${unknown.join(", ")}?` : words.map((word) => labels.get(word) ?? word).join("; ");
  output.classList.toggle("is-unknown", unknown.length > 0);
}

entry.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.classList.contains("key")) return;
  recognise(field);
  const complete = /^\d$/.test(field.value) && !field.parentElement.querySelector(".is-unknown");
  if (field.dataset.quick && complete && event.inputType === "insertText") next(field);
});

entry.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    entry.requestSubmit();
  } else if (event.target.tagName === "INPUT") {
    event.preventDefault();
    next(event.target);
  }
});

// Fields that a script has filled, as when kept words are discarded.
entry.addEventListener("change", (event) => {
  if (event.target.classList.contains("key")) recognise(event.target);
});

for (const field of entry.querySelectorAll(".key")) if (field.value) recognise(field);

// What is typed is kept on the server, too, as an unfinished form of this member: a closed tab loses nothing.
{
  const REST = 2500; // ms without a key before it is sent
  const MOST = 60_000; // characters that a page may still send while it is closed
  const state = entry.querySelector("[data-kept-state]");
  const seen = entry.querySelector("[name=_seen]");
  let timer = 0;
  let sending = null; // the request under way
  let waits = false; // something was typed meanwhile
  let stopped = false; // the form itself is being sent

  const keepOnServer = async () => {
    clearTimeout(timer);
    timer = 0;
    if (stopped) return;
    if (sending) {
      waits = true;
      return;
    }
    const body = new URLSearchParams(new FormData(entry));
    sending = new AbortController();
    try {
      const reply = await fetch(entry.dataset.keepAt, { method: "POST", body, signal: sending.signal, keepalive: body.toString().length < MOST });
      const told = await reply.json();
      if (told.status === "kept") {
        seen.value = told.revision;
        entry.dispatchEvent(new Event("ctnat:typed", { bubbles: true }));
      }
      state.textContent = told.status === "kept" ? (told.revision ? gettext("Kept as unfinished, {time}").replace("{time}", told.at) : "") : told.message;
    } catch {
      const isKept = await ctnatKeep.settled("form", entry.dataset.keep);
      if (!stopped) state.textContent = isKept ? gettext("Kept on this device only: the server does not answer.") : gettext("Not saved yet: keep this page open");
    }
    sending = null;
    if (waits) {
      waits = false;
      keepOnServer();
    }
  };
  entry.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keepOnServer, REST);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && timer) keepOnServer();
  });
  window.addEventListener("pagehide", () => {
    if (timer) keepOnServer();
  });
  entry.addEventListener("submit", () => {
    stopped = true;
    clearTimeout(timer);
    sending?.abort();
  });
}
