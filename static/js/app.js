// Small improvements of every page. Each page works without them. Texts are marked with gettext and
// its kind; these functions and the texts in the member's language come before this script (base.html).
"use strict";

// Menus made of <details class="menu"> close on Escape, on a click elsewhere, and when the focus goes elsewhere.
document.addEventListener("focusin", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// data-confirm="Delete it?" on a form asks before sending.
// A form is sent once: a second click on a slow line does nothing until the answer is there.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
    event.preventDefault();
    return;
  }
  if (event.defaultPrevented || form.hasAttribute("hx-post") || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  window.setTimeout(() => delete form.dataset.sent, 8000); // a download or a lost line must not lock the form
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// data-submit on a filter's select sends its form at once, but not under the arrow keys, which pass every option on the
// way to the one that is meant: the form's button sends it then.
let byKey = false;
document.addEventListener("keydown", () => { byKey = true; }, true);
document.addEventListener("pointerdown", () => { byKey = false; }, true);
document.addEventListener("change", (event) => {
  if (!byKey && "submit" in event.target.dataset && event.target.form) event.target.form.requestSubmit();
});

// data-copy="#id" copies the text or value of another element and confirms it.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    notice("success", gettext("Copied."));
  } catch {
    source.focus();
    if (source.select) source.select();
    notice("info", gettext("Press Ctrl+C to copy the selected text."));
  }
});

// An error summary takes the focus, so that it is read first.
document.querySelector("[data-focus]")?.focus();

// What was chosen before htmx was there, on a slow line, asks now for what follows from it.
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) return;
  for (const field of document.querySelectorAll("[hx-trigger='change'] select")) {
    if (ctnatForms.isTyped(field)) field.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

// Shows a message where a part of a page could not be fetched or saved; what was typed stays on the page.
document.addEventListener("htmx:sendError", () => {
  notice("error", gettext("No connection. Your entries are still here. Try again when you are online."));
});
document.addEventListener("htmx:timeout", () => {
  notice("error", gettext("The server did not respond in time. Your entries are still here. Try again."));
});
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 403) notice("error", gettext("Not saved: your role cannot change this, or the page has expired. Copy your text, reload the page and try again."));
  else if (status === 404) notice("error", gettext("Not found: it may have been removed. Reload the page."));
  else notice("error", gettext("Not saved: something went wrong on the server. Your entries are still here. Try again in a minute."));
});

function notice(level, text) {
  const line = document.createElement("p");
  line.className = `notice notice-${level}`;
  line.textContent = text;
  const place = document.getElementById("notices");
  for (const old of place.querySelectorAll(`.notice-${level}`)) if (old.textContent === text) old.remove();
  place.append(line);
}

// Ctrl+Enter sends the form by the button with `data-hotkey`.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.form;
  const button = form && form.querySelector("[data-hotkey]");
  if (!button) return;
  event.preventDefault();
  form.requestSubmit(button);
});

// The key / goes to the search of the assessment, where nothing is being typed; Escape goes back to where one was.
// On a narrow page, the header has a link to the page of the search in place of the field.
let leftForSearch = null;
document.addEventListener("keydown", (event) => {
  const field = document.getElementById("site-search");
  if (!field) return;
  if (event.key === "Escape" && event.target === field) {
    if (leftForSearch?.isConnected) leftForSearch.focus();
    else field.blur();
    return;
  }
  const at = event.target;
  const typing = at.isContentEditable || at.matches?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing) return;
  event.preventDefault();
  if (field.checkVisibility()) {
    leftForSearch = document.activeElement === document.body ? null : document.activeElement;
    field.focus();
    field.select();
  } else document.querySelector(".site-search-link")?.click();
});

// A part that asks for itself again and again (data-seen) does so less and less often while the server answers that nothing
// changed (204): it leaves out one turn, then two, up to four. What is drawn anew begins quickly.
{
  const MOST_TURNS = 4;
  const quiet = new WeakMap(); // part -> [answers without a change, turns still to leave out]
  document.addEventListener("htmx:beforeRequest", (event) => {
    const part = event.detail.elt;
    const [answers, turns] = quiet.get(part) ?? [0, 0];
    if (!("seen" in part.dataset) || !turns) return;
    quiet.set(part, [answers, turns - 1]);
    event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const part = event.detail.elt;
    if (event.detail.xhr?.status !== 204 || !("seen" in part.dataset)) return;
    const answers = Math.min((quiet.get(part)?.[0] ?? 0) + 1, MOST_TURNS);
    quiet.set(part, [answers, answers]);
  });
}
