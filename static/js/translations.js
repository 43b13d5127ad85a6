// Translations that are saved one by one. The page works without.
"use strict";

// A translation that cannot be saved is drawn with its reason, as the server answers it (409, 422).
document.addEventListener("htmx:beforeSwap", (event) => {
  if (![409, 422].includes(event.detail.xhr.status)) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

// After a translation was saved, the next one is typed; one that was refused is corrected.
document.addEventListener("htmx:afterSwap", (event) => {
  const request = event.detail.requestConfig;
  if (!request?.elt.matches("[data-translation]")) return;
  const row = document.getElementById(event.detail.target.id);
  const refused = row?.querySelector('[role="alert"]');
  const next = refused ? row : row?.nextElementSibling?.matches(".translation") ? row.nextElementSibling : row;
  next?.querySelector("textarea")?.focus();
});
