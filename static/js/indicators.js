// The matrix by arrow keys; a cell's evidence as a list; the order of recommendations. Each page works without.
"use strict";

// Arrow keys in the matrix. One cell is in the tab order; the arrows move within it, row by row through all categories.
for (const grid of document.querySelectorAll("[data-grid]")) {
  const rows = [...grid.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("[data-cell]")]);
  const all = rows.flat();
  const enter = (link, focus) => {
    for (const other of all) other.tabIndex = other === link ? 0 : -1;
    if (focus) link.focus();
  };
  const place = (link) => {
    const y = rows.findIndex((row) => row.includes(link));
    return [y, rows[y].indexOf(link)];
  };
  const wanted = window.location.hash.startsWith("#cell-") && document.getElementById(window.location.hash.slice(1));
  // An address of an earlier version names a cell but not its category.
  if (window.location.hash.startsWith("#cell-") && !wanted && !window.location.search) {
    window.location.replace(`?category=all${window.location.hash}`);
  }
  if (all.length) enter(wanted || all[0], Boolean(wanted));
  grid.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-cell]")) enter(event.target, false);
  });
  grid.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-cell]") || event.altKey || event.metaKey) return;
    const [y, x] = place(event.target);
    const forward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    const last = rows[y].length - 1;
    let target = null;
    if (event.key === "ArrowDown") target = rows[Math.min(y + 1, rows.length - 1)][x];
    else if (event.key === "ArrowUp") target = rows[Math.max(y - 1, 0)][x];
    else if (event.key === forward) target = x < last ? rows[y][x + 1] : (rows[y + 1] || rows[y])[y + 1 in rows ? 0 : x];
    else if (event.key === back) target = x > 0 ? rows[y][x - 1] : (rows[y - 1] || rows[y])[y - 1 in rows ? last : x];
    else if (event.key === "Home") target = event.ctrlKey ? all[0] : rows[y][0];
    else if (event.key === "End") target = event.ctrlKey ? all[all.length - 1] : rows[y][last];
    if (!target) return;
    event.preventDefault();
    enter(target, true);
  });
}

// A cell opens at its mark, so that a whole category can be marked without leaving the keyboard.
if (!document.querySelector(".error-summary")) {
  document.querySelector(".mark-form .states input:checked")?.focus({ preventScroll: true });
}

// Evidence keys: the text field is drawn as a list; found pieces and those of the panel are attached by a button.
for (const part of document.querySelectorAll("[data-evidence]")) {
  const field = part.querySelector("[data-evidence-keys]");
  const list = part.querySelector("[data-evidence-list]");
  const keys = () => field.value.split("\n").map((key) => key.trim()).filter(Boolean);
  const write = (wanted) => {
    field.value = wanted.join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const draw = () => {
    list.replaceChildren(
      ...keys().map((key) => {
        const item = document.createElement("li");
        const name = document.createElement("span");
        name.className = "code";
        name.textContent = key;
        const remove = document.createElement("button");
        remove.type = "button";
        remove.className = "btn btn-sm";
        remove.textContent = gettext("Remove");
        remove.setAttribute("aria-label", gettext("Remove {key}").replace("{key}", key));
        remove.addEventListener("click", () => {
          write(keys().filter((other) => other !== key));
          field.focus();
        });
        item.append(name, remove);
        return item;
      }),
    );
    list.hidden = !keys().length;
  };
  field.addEventListener("input", draw);
  field.addEventListener("change", draw);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-attach]");
    if (!button) return;
    const key = button.dataset.attach;
    if (!keys().includes(key)) write([...keys(), key]);
    notice("info", gettext("{key} attached. Save the mark to keep it.").replace("{key}", key));
  });
  draw();
  part.querySelector("details").open = !keys().length || Boolean(part.querySelector(".field-error"));
}

// What the search found gets a button each; sources open beside the form, not in its place.
document.addEventListener("htmx:afterSwap", (event) => {
  for (const link of event.target.querySelectorAll("a[href]")) {
    link.target = "_blank";
    link.rel = "noopener";
  }
  if (!document.querySelector("[data-evidence]")) return;
  for (const found of event.target.querySelectorAll("[data-evidence-key]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-secondary btn-sm";
    button.dataset.attach = found.dataset.evidenceKey;
    button.textContent = gettext("Attach");
    button.setAttribute("aria-label", gettext("Attach {key}").replace("{key}", found.dataset.evidenceKey));
    found.append(button);
  }
});

// Recommendations: drag one within its lead-in, or a lead-in with all its own within the category.
for (const list of document.querySelectorAll("[data-sortable]")) {
  let dragged = null;
  let before = []; // the order, for a drag that is cancelled or cannot be saved
  let isDropped = false;
  const items = () => [...list.children];
  list.addEventListener("dragstart", (event) => {
    if (event.target.parentElement !== list) return;
    dragged = event.target;
    before = items();
    isDropped = false;
    event.dataTransfer.effectAllowed = "move";
    event.stopPropagation();
  });
  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    event.stopPropagation();
    const over = items().find((item) => item.contains(event.target));
    if (!over || over === dragged) return;
    const box = over.getBoundingClientRect();
    list.insertBefore(dragged, event.clientY < box.top + box.height / 2 ? over : over.nextSibling);
  });
  list.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    isDropped = true;
  });
  list.addEventListener("dragend", async () => {
    if (!dragged) return;
    const moved = dragged;
    dragged = null;
    if (!isDropped) list.append(...before);
    const to = items().indexOf(moved);
    if (to === before.indexOf(moved)) return;
    const form = moved.querySelector("form[data-move]");
    const send = new FormData(form);
    send.set("to", to);
    try {
      const answer = await fetch(form.action, { method: "POST", body: send, headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) throw new Error(String(answer.status));
      window.location.reload();
    } catch {
      list.append(...before);
      notice("error", gettext("The new order was not saved. Reload the page and try again, or use the arrows."));
    }
  });
}
