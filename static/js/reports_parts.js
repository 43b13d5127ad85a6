// Loaded before parts.js. What is one element after the other, such as an instrument in the report: a part begins at
// each of its headings.
"use strict";

for (const flat of document.querySelectorAll("[data-parts] [data-parts-at]")) {
  let part = null;
  for (const child of Array.from(flat.childNodes)) {
    if (!part || (child instanceof Element && child.matches(flat.dataset.partsAt))) {
      part = document.createElement("div");
      part.dataset.part = ""; // its name is that of its heading
      child.before(part);
    }
    part.append(child);
  }
  if (!part) continue;
  flat.firstElementChild.dataset.part = flat.closest("[data-parts]").querySelector("h2, h3")?.textContent.trim() ?? "";
  flat.dataset.parts = "";
}
