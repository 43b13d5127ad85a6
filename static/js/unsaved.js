// A page asks before it is left while a form of it has text that was typed and not sent. A form that keeps its text by
// itself, or has nothing to lose, says so with data-unguarded. Forms of filters (GET) have nothing to lose.
"use strict";
{
  // A text that came back with its fault is not saved either: the server marks it in one of these ways.
  const REFUSED = ".error-summary, .is-invalid, [role='alert'], [data-unsaved]";
  const isGuarded = (form) => form?.method === "post" && !("unguarded" in form.dataset);
  const fields = (form) => [...form.elements].filter((field) => field.name && !["hidden", "submit", "button", "search"].includes(field.type));
  const hasText = (form) => fields(form).some((field) => ["text", "textarea", "email", "number", "date", "url"].includes(field.type) && field.value);
  const hold = (form) => {
    form.dataset.held = "1"; // what the fields had at first says no longer whether they are saved
    form.dataset.changed = "1";
  };
  const look = (part) => {
    for (const form of part.querySelectorAll("form")) {
      const refused = form.matches(REFUSED) || form.querySelector(REFUSED);
      if (isGuarded(form) && refused && hasText(form)) hold(form);
    }
  };

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!isGuarded(form) || !fields(form).includes(event.target)) return;
    form.dataset.changed = form.dataset.held || fields(form).some(ctnatForms.isTyped) ? "1" : "";
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) delete event.target.dataset.changed;
  });
  // A part of a form that the server has drawn again has what was typed as its first value.
  document.addEventListener("htmx:afterSwap", (event) => {
    const form = event.detail.target.closest?.("form");
    if (form?.dataset.changed === "1") form.dataset.held = "1";
    if (event.detail.target.parentElement) look(event.detail.target.parentElement);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.elt.matches("form")) delete event.detail.elt.dataset.changed;
  });
  document.addEventListener("ctnat:saved", (event) => delete event.target.dataset.changed); // sent by a script
  window.addEventListener("beforeunload", (event) => {
    if ([...document.querySelectorAll('form[data-changed="1"]')].some(isGuarded)) event.preventDefault();
  });
  look(document);
}
