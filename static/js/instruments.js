// An earlier answer is inserted into a text where the cursor is. Without this file the server adds it at the end.
const box = document.querySelector("[data-quote]");
if (box) {
  const form = box.closest("form");
  const code = box.querySelector("[name=quote]");
  const into = box.querySelector("[name=quote_into]");
  form.addEventListener("focusin", (event) => {
    if ([...into.options].some((option) => option.value === event.target.name)) into.value = event.target.name;
  });
  box.querySelector("button").addEventListener("click", (event) => {
    const field = form.elements.namedItem(into.value);
    if (!code.value || !field) return; // the server says what has to be chosen
    event.preventDefault();
    field.setRangeText(`{answer:${code.value}}`, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
