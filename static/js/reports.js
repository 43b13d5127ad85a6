// The editor of a section: palette buttons write at the cursor, and unsaved text is kept in this browser.
"use strict";

const form = document.querySelector("form[data-draft]");
const field = form.querySelector("textarea");
const restore = form.querySelector(".restore");
const name = `report-draft:${form.dataset.draft}`;
const typed = () => JSON.stringify({ body: field.value, revision: form.dataset.revision });

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  let text = button.dataset.insert;
  if ("ownLine" in button.dataset) {
    const before = field.value.slice(0, field.selectionStart);
    text = `${before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n"}${text}\n\n`;
  }
  field.focus();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

// The draft is written down while one types and dropped once the server has it.
let timer;
const original = field.value;
field.addEventListener("input", () => {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => write(typed()), 300);
});

function write(text) {
  try {
    window.localStorage.setItem(name, text);
  } catch {
    // no room or no storage: the warning before leaving the page is still there
  }
}

const kept = window.localStorage.getItem(name);
const draft = kept ? JSON.parse(kept) : null;
if (draft && draft.body !== original) restore.hidden = false;
else window.localStorage.removeItem(name);

form.querySelector("[data-restore]").addEventListener("click", () => {
  field.value = draft.body;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  restore.hidden = true;
});
form.querySelector("[data-forget]").addEventListener("click", () => {
  window.localStorage.removeItem(name);
  restore.hidden = true;
});
