// On a narrow screen a long page shows one part at a time: the sections in an element with data-parts, named by their
// headings, and what has a name in data-part. The style sheet hides the others, so that a wide screen, paper and a page without scripts have them all.
"use strict";

for (const holder of document.querySelectorAll("[data-parts]")) {
  const parts = [...holder.children].filter((child) => child.matches("section, [data-part]"));
  if (parts.length < 2) continue;
  const heading = (part) => part.querySelector("h1, h2, h3, h4");
  const title = (part) => part.dataset.part || (heading(part)?.textContent.trim() ?? "");
  const bar = document.createElement("div");
  bar.className = "part-bar";
  const place = document.createElement("span");
  place.className = "muted";
  const button = () => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn";
    made.addEventListener("click", () => show(made.leadsTo, true));
    return made;
  };
  const [back, next] = [button(), button()];
  bar.append(back, place, next);
  parts.at(-1).after(bar);
  const arrows = document.dir === "rtl" ? ["→", "←"] : ["←", "→"];
  const name = (to, part, text) => {
    to.leadsTo = part;
    to.hidden = !part;
    to.textContent = part ? text(title(part)) : "";
  };
  let here = null;

  function draw() {
    const shown = parts.filter((part) => !part.hidden); // a condition may leave a part out
    const at = shown.indexOf(here);
    if (at < 0) {
      if (shown.length) show(shown[0]);
      return;
    }
    for (const part of parts) part.classList.toggle("is-elsewhere", part !== here);
    place.textContent = `${at + 1}/${shown.length}`;
    name(back, shown[at - 1], (words) => `${arrows[0]} ${words}`);
    name(next, shown[at + 1], (words) => `${words} ${arrows[1]}`);
    bar.classList.toggle("has-next", !next.hidden); // the style sheet makes the next part the first choice
  }
  function show(part, moves) {
    here = part;
    draw();
    if (!moves) return;
    const first = heading(part);
    if (first) {
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
    }
    part.scrollIntoView();
  }
  const reveal = (element) => {
    const part = element && parts.find((one) => one.contains(element));
    if (part && part !== here) show(part);
    return Boolean(part);
  };
  const ofHash = () => document.getElementById(decodeURIComponent(window.location.hash.slice(1)));

  // A link into a part that is not shown, as from the contents or from the summary of errors.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link) reveal(document.getElementById(decodeURIComponent(link.hash.slice(1))));
  }, true);
  window.addEventListener("hashchange", () => { if (reveal(ofHash())) ofHash().scrollIntoView(); });
  document.addEventListener("ctnat:reveal", (event) => reveal(event.target)); // a script is about to move the focus there
  holder.addEventListener("change", () => window.setTimeout(draw)); // after the conditions
  const wrong = parts.find((part) => part.querySelector(".is-invalid, .field-error, [aria-invalid='true']"));
  if (!reveal(ofHash())) show(wrong ?? parts[0]);
}
