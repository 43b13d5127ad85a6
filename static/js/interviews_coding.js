// Coding with mouse, touch or keyboard: marked words fill the form, a theme sends it, the answer's block is replaced.
// Without this script the form is filled by hand.
"use strict";

(() => {
  const page = document.querySelector("[data-coding]");
  if (!page) return;
  const form = document.getElementById("coding");
  const [answer, quote, start] = [form.elements.answer, form.elements.quote, form.elements.start];
  const find = document.getElementById("coding-find");
  const themes = [...form.querySelectorAll(".coding-theme")];
  find.hidden = false;
  page.classList.add("coding-live");

  // The notes take a caret, so that words are marked with the keyboard as in any text, but no change.
  function prepare(block) {
    const text = block.querySelector("[data-text]");
    text.contentEditable = "true";
    text.inputMode = "none"; // no keyboard pops up on a phone
    text.spellcheck = false;
    text.setAttribute("role", "textbox");
    text.setAttribute("aria-multiline", "true");
    text.setAttribute("aria-readonly", "true");
  }
  for (const block of page.querySelectorAll("[data-answer]")) prepare(block);
  for (const kind of ["beforeinput", "paste", "cut", "drop"]) {
    page.addEventListener(kind, (event) => { if (event.target.closest?.("[data-text]")) event.preventDefault(); });
  }

  // The server counts characters, the browser counts units of which some characters take two.
  function takeMarked() {
    const marked = getSelection();
    const text = marked.rangeCount && marked.anchorNode?.parentElement?.closest("[data-text]");
    if (!text || marked.isCollapsed || !text.contains(marked.focusNode)) return;
    const range = marked.getRangeAt(0);
    const before = document.createRange();
    before.selectNodeContents(text);
    before.setEnd(range.startContainer, range.startOffset);
    answer.value = text.closest("[data-answer]").dataset.answer;
    quote.value = range.toString();
    start.value = [...before.toString()].length;
  }
  document.addEventListener("selectionchange", takeMarked);
  quote.addEventListener("input", () => { start.value = ""; });

  // Folds as the search does, as far as a browser can: case, accents, the two kinds of i.
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("ı", "i");
  const shown = () => themes.filter((theme) => !theme.parentElement.hidden);
  find.addEventListener("input", () => {
    const wanted = fold(find.value);
    for (const theme of themes) theme.parentElement.hidden = !fold(theme.textContent).includes(wanted);
  });

  async function give(theme) {
    const block = document.getElementById(`answer-${answer.value}`);
    await htmx.ajax("POST", form.action, {
      target: block, swap: "outerHTML",
      values: { answer: answer.value, quote: quote.value, start: start.value, theme: theme.value },
    });
    find.value = "";
    find.dispatchEvent(new Event("input"));
    const here = document.activeElement; // do not move the focus back where it has moved on
    if (here === document.body || form.contains(here)) find.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const theme = event.submitter?.name === "theme" && event.submitter !== themes[0] ? event.submitter : shown()[0];
    if (theme) give(theme);
  });
  page.addEventListener("htmx:afterSwap", () => {
    for (const block of page.querySelectorAll("[data-answer]")) prepare(block);
  });
  // A theme taken off takes its button along: the keyboard goes on in the notes of that answer.
  page.addEventListener("htmx:afterSettle", (event) => {
    if (document.activeElement === document.body) event.target.closest("[data-answer]")?.querySelector("[data-text]").focus();
  });

  page.addEventListener("keydown", (event) => {
    const text = event.target.closest("[data-text]");
    if (text && event.key === "Enter" && !event.ctrlKey) {
      event.preventDefault();
      takeMarked(); // the event may come after the focus has moved on
      find.focus();
    } else if (event.key === "Escape" && form.contains(event.target)) {
      document.getElementById(`answer-${answer.value}`)?.querySelector("[data-text]").focus();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.matches("#coding-find, .coding-theme")) {
      const list = [find, ...shown()];
      event.preventDefault();
      list[Math.max(0, Math.min(list.length - 1, list.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)))].focus();
    }
  });
})();
