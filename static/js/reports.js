// The pages on which the report is written. In the editor of a section, palette buttons write at the cursor, and unsaved
// text is kept in this browser for the account that typed it, sealed, until it is saved (keep.js).
"use strict";
{
  const editor = document.querySelector("form[data-draft]");
  if (editor) edit(editor);

  function edit(form) {
    const field = form.querySelector("textarea");
    const restore = form.querySelector(".restore");
    const name = form.dataset.draft;
    const write = async (sent) => {
      const value = { body: field.value, revision: form.dataset.revision };
      ctnatKeep.tell(form, await ctnatKeep.keep("report", name, value, sent));
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
    form.addEventListener("submit", (event) => {
      window.clearTimeout(timer);
      if (field.value !== field.defaultValue || ctnatKeep.has("report", name)) ctnatKeep.holdSubmit(event, () => write(true));
    }, true);

    const offer = async () => {
      const draft = await ctnatKeep.kept("report", name);
      if (!draft || draft.value.body === field.value) return draft && ctnatKeep.forget(draft.id);
      form.querySelector("[data-restore]").addEventListener("click", () => {
        ctnatKeep.adopt("report", name, draft.id);
        field.value = draft.value.body;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        restore.hidden = true;
      });
      form.querySelector("[data-forget]").addEventListener("click", () => {
        ctnatKeep.forget(draft.id);
        restore.hidden = true;
      });
      restore.hidden = false;
    };
    if ("unsaved" in form.dataset) write(false); // refused: the text on the screen is not saved
    else offer();
  }
}
