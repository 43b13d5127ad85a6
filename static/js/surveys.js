// The respondents' form. Each help works on what the server sent; without this file everything can be answered too.
const form = document.getElementById("survey");
const texts = form.dataset;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const boxes = [...form.querySelectorAll("[data-item]")];
const box = (code) => document.getElementById(`q-${code}`);
// An answer to a question that is not asked (any more) is not sent, and brings no further question.
const chosen = (code) => [...form.querySelectorAll("input:checked:enabled")].filter((i) => i.name === code && i.value).map((i) => i.value);

function isAnswered(question) {
  return [...question.querySelectorAll("input, select, textarea")].some((field) =>
    field.type === "radio" || field.type === "checkbox" ? field.checked && field.value : field.value.trim());
}

// How far: counts of the questions that are shown.
const tally = document.getElementById("tally");
const bar = document.createElement("progress");
bar.setAttribute("aria-hidden", "true");
const line = document.createElement("span");
tally.append(bar, line);
tally.hidden = false;
function showTally() {
  const asked = boxes.filter((question) => !question.hidden);
  bar.max = asked.length;
  bar.value = asked.filter(isAnswered).length;
  line.textContent = fill(texts.progress, { done: bar.value, total: asked.length });
}

// A radio cannot be taken back natively: rating lines get a button for it, shown once there is something to take back.
for (const question of boxes.filter((q) => q.matches(".rating, [data-choices-of]"))) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "clear";
  button.textContent = texts.clear;
  button.addEventListener("click", () => {
    for (const field of question.querySelectorAll("input:checked")) field.checked = false;
    question.querySelector("input:enabled")?.focus();
    form.dataset.changed = "";
    refresh();
  });
  question.append(button);
}

// How many of three are chosen, or placed.
for (const question of boxes.filter((q) => q.dataset.limit)) {
  const count = document.createElement("p");
  count.className = "count";
  count.setAttribute("role", "status");
  (question.querySelector(".hint") ?? question.querySelector("legend")).after(count);
}
function showCounts() {
  for (const question of boxes.filter((q) => q.dataset.limit)) {
    const places = [...question.querySelectorAll("select")];
    const done = places.length ? places.filter((s) => s.value).length : chosen(question.dataset.item).length;
    const count = question.querySelector(".count");
    const text = done ? fill(texts.chosen, { done, total: question.dataset.limit }) : "";
    if (count.textContent !== text) count.textContent = text; // read out once by a screen reader
    const twice = new Set(places.map((s) => s.value).filter(Boolean)).size < places.filter((s) => s.value).length;
    count.classList.toggle("is-over", done > Number(question.dataset.limit) || twice);
    for (const select of places) select.parentElement.classList.toggle("is-given", select.value !== "");
  }
}

// 2.2.1 offers what was chosen in 2.2; a question that depends on an answer appears with it.
function narrow() {
  for (const question of boxes.filter((q) => q.dataset.choicesOf)) {
    const offered = chosen(question.dataset.choicesOf);
    for (const field of question.querySelectorAll("input")) {
      const shown = !field.value || offered.includes(field.value);
      field.disabled = !shown;
      if (!shown) field.checked = false;
      field.closest("label").hidden = !shown || !offered.length;
    }
    let first = question.querySelector(".first");
    if (!first) {
      first = document.createElement("p");
      first.className = "hint first";
      first.textContent = fill(texts.first, { code: question.dataset.choicesOf });
      question.querySelector("legend").after(first);
    }
    first.hidden = offered.length > 0;
  }
  for (const question of boxes.filter((q) => q.dataset.if)) {
    const earlier = box(question.dataset.if);
    const listed = earlier?.querySelectorAll("select:enabled option:checked") ?? [];
    const given = [...chosen(question.dataset.if), ...[...listed].map((option) => option.value)];
    question.hidden = !question.dataset.is.split(" ").some((option) => given.includes(option));
    for (const field of question.querySelectorAll("input, select, textarea")) field.disabled = question.hidden;
  }
}

// Words beside “Other” choose it.
form.addEventListener("input", (event) => {
  const label = event.target.closest(".other");
  if (!label || !event.target.value.trim()) return;
  const open = label.parentElement.querySelector("[data-open]");
  if (open && (open.type === "checkbox" || !chosen(open.name).length)) open.checked = true;
});

function refresh() {
  narrow();
  showCounts();
  showTally();
  for (const button of form.querySelectorAll(".clear")) button.hidden = !button.parentElement.querySelector("input:checked");
}
form.addEventListener("input", () => {
  form.dataset.changed = "";
  refresh();
});
refresh();

// Nothing typed is lost by accident; nothing is sent twice by a double click.
let sent = false;
window.addEventListener("beforeunload", (event) => {
  if ("changed" in form.dataset && !sent) event.preventDefault();
});
form.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
  window.setTimeout(() => { sent = false; }, 8000); // a lost line must not lock the form
});
window.addEventListener("pageshow", () => { sent = false; });

document.querySelector("[data-focus]")?.focus();

// A personal link counts as opened when a person's browser shows it; a mail filter that follows links does not run this.
if (texts.opened) fetch(texts.opened, { method: "POST", keepalive: true }).catch(() => {});
