// The pages on which the report is written. In the editor of a section, palette buttons write at the cursor, and unsaved
// text is kept in this browser for the account that typed it, until it is saved or the account signs out (device.js).
"use strict";
{
  const PREFIX = "ctnat-report-draft:";
  const store = window.localStorage;
  const read = (key) => JSON.parse(store.getItem(key) || "null");

  for (const key of Object.keys(store)) {
    // Drafts of earlier versions had no owner: no account may be offered them.
    if (key.startsWith("report-draft:")) store.removeItem(key);
    // What was sent is dropped once a page confirms that it was saved.
    if (key.startsWith(PREFIX) && document.querySelector(".notice-success") && read(key).sent) store.removeItem(key);
  }

  const editor = document.querySelector("form[data-draft]");
  if (editor) edit(editor);

  function edit(form) {
    const field = form.querySelector("textarea");
    const restore = form.querySelector(".restore");
    const name = `${PREFIX}${form.dataset.account}:${form.dataset.draft}`;
    const write = (sent) => {
      try {
        store.setItem(name, JSON.stringify({ body: field.value, revision: form.dataset.revision, sent }));
      } catch {
        // no room or no storage: the warning before leaving the page is still there
      }
    };

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

    let timer;
    field.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => write(false), 300);
    });
    form.addEventListener("submit", () => {
      window.clearTimeout(timer);
      write(true);
    });

    const draft = read(name);
    if ("unsaved" in form.dataset) write(false); // refused: the text on the screen is not saved
    else if (draft && draft.body !== field.value) restore.hidden = false;
    else store.removeItem(name);

    form.querySelector("[data-restore]").addEventListener("click", () => {
      field.value = draft.body;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      restore.hidden = true;
    });
    form.querySelector("[data-forget]").addEventListener("click", () => {
      store.removeItem(name);
      restore.hidden = true;
    });
  }
}
