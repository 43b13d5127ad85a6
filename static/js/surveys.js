// The respondents' form. Each help works on what the server sent; without this file everything can be answered too.
const form = document.getElementById("survey");
const texts = form.dataset;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
// Words in English in place of a missing translation are marked as English, in whatever element they are put.
const english = new Set((texts.english ?? "").split(" "));
function say(element, name, text) {
  element.textContent = text;
  if (english.has(name)) Object.assign(element, { lang: "en", dir: "ltr" });
}
// A browser that restores its windows writes what fields contain to the disk, unless this stands on each field (Firefox).
for (const field of form.elements) field.setAttribute("autocomplete", "off");
const boxes = [...form.querySelectorAll("[data-item]")];
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
const counted = document.createElement("span");
tally.append(bar, counted);
tally.hidden = false;
function showTally() {
  const asked = boxes.filter((question) => !question.closest("[hidden]"));
  bar.max = asked.length;
  bar.value = asked.filter(isAnswered).length;
  say(counted, "progress", fill(texts.progress, { done: bar.value, total: asked.length }));
}

// A radio cannot be taken back natively: rating lines get a button for it, shown once there is something to take back.
for (const question of boxes.filter((q) => q.matches(".rating, [data-choices-of]"))) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "clear";
  say(button, "clear", texts.clear);
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
    if (count.textContent !== text) say(count, "chosen", text); // read out once by a screen reader
    const twice = new Set(places.map((s) => s.value).filter(Boolean)).size < places.filter((s) => s.value).length;
    count.classList.toggle("is-over", done > Number(question.dataset.limit) || twice);
    for (const select of places) select.parentElement.classList.toggle("is-given", select.value !== "");
  }
}

// A number as the server reads it: digits of any script, a decimal comma or point. As typed where it is none.
function numberTyped(text) {
  const plain = ctnatLogic.plainDigits(text.trim()).replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/[−﹣－]/g, "-").replace(/＋/g, "+").replace(/[,٫．]/g, ".");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : text.trim();
}

// The answer to a question as the server stores it, for the conditions of what comes after it.
function answerTo(question) {
  const code = question.dataset.item;
  const fields = [...question.querySelectorAll("input, select, textarea")].filter((f) => !f.disabled && f.name !== `${code}_other`);
  const part = (name) => fields.find((field) => field.name === `${code}:${name}`)?.value ?? "";
  switch (question.dataset.kind) {
    case "ranks": {
      const placed = fields.filter((field) => field.value).sort((one, other) => one.value - other.value);
      return placed.map((field) => field.name.slice(code.length + 1));
    }
    case "date": {
      const [day, month, year] = ["day", "month", "year"].map((name) => numberTyped(part(name)));
      if (day === "" && year === "") return "";
      return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
    }
    case "number": return numberTyped(fields[0]?.value ?? "");
    case "text": return fields[0]?.value.trim() ?? "";
    default: {
      const listed = fields.flatMap((field) => [...field.querySelectorAll?.("option:checked") ?? []]);
      return [...chosen(code), ...listed.map((option) => option.value).filter(Boolean)];
    }
  }
}

// 2.2.1 offers what was chosen in 2.2.
function narrow(question) {
  const offered = chosen(question.dataset.choicesOf);
  for (const field of question.querySelectorAll("input")) {
    const shown = !field.value || offered.includes(field.value);
    field.disabled ||= !shown;
    if (!shown) field.checked = false;
    field.closest("label").hidden = !shown || !offered.length;
  }
  let first = question.querySelector(".first");
  if (!first) {
    first = document.createElement("p");
    first.className = "hint first";
    say(first, "first", fill(texts.first, { code: question.dataset.choicesOf }));
    question.querySelector("legend").after(first);
  }
  first.hidden = offered.length > 0;
}

// An option is offered on certain earlier answers only. One that is not offered any more is not chosen any more.
const filters = new Map(boxes.filter((q) => q.dataset.filters).map((q) => [q, JSON.parse(q.dataset.filters)]));
function offer(question, answers) {
  for (const [option, tree] of Object.entries(filters.get(question) ?? {})) {
    const field = [...question.querySelectorAll("input")].find((input) => input.name === question.dataset.item && input.value === option);
    const left = !ctnatLogic.holds(tree, answers, texts.today);
    field.disabled ||= left;
    if (left) field.checked = false;
    field.closest("label").hidden = left;
    if (left && "open" in field.dataset) question.querySelector(".other input").disabled = true;
  }
}

// Sections, tables and questions appear with the answers they depend on, and go with them. One round in the order of the
// form settles everything, because each depends only on what comes before it.
const parts = [...form.querySelectorAll("[data-if], [data-item]")];
const conditions = new Map(parts.filter((part) => part.dataset.if).map((part) => [part, JSON.parse(part.dataset.if)]));
let given = {}; // the answers to what is asked, by code
function ask() {
  const answers = given = {};
  for (const part of parts) {
    const condition = conditions.get(part);
    if (condition) part.hidden = !ctnatLogic.holds(condition, answers, texts.today);
    const link = part.matches("section") ? document.querySelector(`.contents a[href="#${CSS.escape(part.id)}"]`) : null;
    if (link) link.parentElement.hidden = part.hidden;
    const code = part.dataset.item;
    if (!code) continue;
    const away = part.closest("[hidden]") !== null;
    for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = away;
    if (part.dataset.choicesOf) narrow(part);
    offer(part, answers);
    if (away) continue;
    answers[code] = answerTo(part);
    const other = part.querySelector(`[name="${CSS.escape(`${code}_other`)}"]`);
    if (other && part.querySelector("[data-open]:checked")) answers[`${code}_other`] = other.value.trim();
  }
  quote(answers);
}

// Earlier answers that texts quote, as surveys/questionnaire/quotes.py writes them: as text, never as HTML.
const LONGEST = 120; // characters of what was typed
const quotes = [...form.querySelectorAll(".part [data-answer]"), ...form.querySelectorAll(".contents [data-answer]")];
const patterns = JSON.parse(texts.patterns ?? "{}"); // CLDR's, from ctnat.ui.formats.patterns: browsers lack some languages
function asNumber(number) {
  return (number < 0 ? patterns.minus : "") + ctnatLogic.string(Math.abs(number)).replace(".", patterns.decimal);
}
function asDate(answer) {
  const day = ctnatLogic.evaluate(["date", ["str", answer]], {}, texts.today); // blank where there is no such day
  if (!day) return "";
  const [year, month, date] = day.split("-");
  return fill(patterns.dates[Number(month) - 1], { year: String(Number(year)), day: patterns.padded ? date : String(Number(date)) });
}
function asList(said) {
  const join = (name, first, second) => patterns.lists[name].replace(/\{([01])\}/g, (_, n) => (n === "0" ? first : second));
  if (said.length < 2) return said[0] ?? "";
  if (said.length === 2) return join("2", ...said);
  return join("end", said.slice(2, -1).reduce((made, part) => join("middle", made, part), join("start", ...said)), said.at(-1));
}
function inOneLine(text) {
  const letters = [...text.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "")];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join("").replace(/ +$/, "")}…` : letters.join("");
}
function labelOf(element) {
  const copy = element.cloneNode(true);
  // What is only for pages without script, and the rule of an option.
  for (const aside of copy.querySelectorAll("noscript, .required")) aside.remove();
  return copy.textContent;
}
function inWords(question, answer, typed) {
  switch (question.dataset.kind) {
    case "number": return typeof answer === "number" ? [asNumber(answer)] : [];
    case "date": return [asDate(answer)].filter(Boolean);
    case "text": return answer ? [answer] : [];
    case "ranks": return answer.map((option) => labelOf(document.getElementById(`f-${question.dataset.item}-${option}`).parentElement.querySelector("label")));
    default: return answer.filter((option) => option !== "dont_know").map((option) => {
      const field = [...question.querySelectorAll("input, option")].find((each) => each.value === option);
      if (typed && "open" in field.dataset) return typed;
      return labelOf(field.tagName === "OPTION" ? field : field.closest("label").querySelector("span"));
    });
  }
}
function answerInWords(code, answers) {
  const question = boxes.find((box) => box.dataset.item === code);
  if (!Object.hasOwn(answers, code)) return "…";
  const words = question ? inWords(question, answers[code], answers[`${code}_other`]) : [answers[code]];
  return asList(words.map(inOneLine)) || "…";
}
function quote(answers) {
  for (const place of quotes) {
    const words = answerInWords(place.dataset.answer, answers);
    if (place.textContent !== words) place.textContent = words;
  }
}
const withAnswers = (text) => text.replace(/\{answer:([^{}]+)\}/g, (_, code) => answerInWords(code, given));

// Words beside “Other” choose it.
form.addEventListener("input", (event) => {
  const label = event.target.closest(".other");
  if (!label || !event.target.value.trim()) return;
  const open = label.parentElement.querySelector("[data-open]");
  if (open && (open.type === "checkbox" || !chosen(open.name).length)) open.checked = true;
});

// An option such as “None of these” takes the others away, and another one takes it away: shown, and read out.
for (const question of boxes.filter((q) => q.querySelector("[data-alone]"))) {
  const line = document.createElement("p");
  line.className = "count cleared";
  line.setAttribute("role", "status");
  question.append(line);
}
form.addEventListener("input", (event) => {
  const field = event.target;
  const line = field.closest("[data-item]")?.querySelector(".cleared");
  if (!line || field.type !== "checkbox") return;
  const others = [...form.elements].filter((other) => other.name === field.name && other !== field && other.checked);
  const cleared = field.checked ? others.filter((other) => "alone" in field.dataset || "alone" in other.dataset) : [];
  for (const other of cleared) other.checked = false;
  const options = cleared.map((other) => labelOf(other.closest("label").querySelector("span")).trim());
  say(line, "cleared", options.length ? fill(texts.cleared, { options: options.join("; ") }) : "");
});

// Rules for answers: the trees and the messages of the server, which checks again and decides.
const rules = new Map(boxes.map((question) => [question, JSON.parse(question.dataset.rules ?? "[]")]));
const mentioned = (tree) => (tree[0] === "item" ? [tree[1]] : tree.slice(1).filter(Array.isArray).flatMap(mentioned));

function faultOf(question, refused) {
  if (question.closest("[hidden]")) return "";
  if (!isAnswered(question)) return question.dataset.required ?? "";
  const answer = answerTo(question);
  if (question.dataset.kind === "ranks") {
    const places = [...question.querySelectorAll("select")].map((select) => select.value).filter(Boolean);
    if (new Set(places).size < places.length) return texts.twice;
  }
  const broken = rules.get(question).find(([tree]) => !mentioned(tree).some((code) => refused.has(code)) &&
    !ctnatLogic.holds(tree, { ...given, ".": answer }, texts.today));
  const length = Array.isArray(answer) ? answer.length : [...String(answer)].length;
  return broken ? withAnswers(fill(broken[1], { given: length })) : "";
}

// Code -> message of each question whose answer breaks a rule, or lacks, in the order of the form.
function faults() {
  const found = new Map();
  for (const question of boxes) {
    const fault = faultOf(question, found);
    if (fault) found.set(question.dataset.item, fault);
  }
  return found;
}

const spoken = document.createElement("p"); // reads a message out without moving the focus
spoken.className = "visually-hidden";
spoken.setAttribute("role", "status");
if (form.querySelector("[data-rules], [data-required]")) form.append(spoken);

function tell(question, fault) {
  const id = `e-${question.dataset.item}`;
  let line = document.getElementById(id);
  if (!line && !fault) return;
  if (!line) {
    line = document.createElement("p");
    line.className = "field-error";
    line.id = id;
    const above = question.querySelectorAll(":scope > legend, :scope > label.asked, :scope > .hint, :scope > .count:not(.cleared)");
    above[above.length - 1].after(line);
  }
  if (line.textContent.trim() !== fault) line.textContent = fault;
  line.hidden = !fault;
  const fields = [...question.querySelectorAll("input:not([type=radio], [type=checkbox]), select, textarea")]
    .filter((field) => !field.closest(".other"));
  for (const field of fields) {
    if (fault) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  const described = question.matches("fieldset") ? question : fields[0];
  if (!described) return;
  const ids = (described.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each && each !== id);
  described.setAttribute("aria-describedby", [...(fault ? [id] : []), ...ids].join(" "));
}

// A question is checked when it is left, and again as soon as it is mended. While a button is pressed nothing moves.
const told = new Set();
const left = new Set();
let pressed = false;
function check(question, found) {
  const fault = found.get(question.dataset.item) ?? "";
  const shown = fault && (isAnswered(question) || told.has(question)) ? fault : ""; // a blank one only once it was sent
  if (shown) told.add(question);
  tell(question, shown);
  return shown;
}
function checkLeft() {
  if (pressed || !left.size) return;
  const found = faults();
  for (const question of left) {
    if (question.contains(document.activeElement)) continue;
    left.delete(question);
    spoken.textContent = check(question, found);
  }
}
form.addEventListener("focusout", (event) => {
  const question = event.target.closest("[data-item]");
  if (!question || question.contains(event.relatedTarget)) return;
  left.add(question);
  window.setTimeout(checkLeft);
});
window.addEventListener("pointerdown", () => { pressed = true; }, true);
for (const end of ["pointerup", "pointercancel"]) {
  window.addEventListener(end, () => {
    pressed = false;
    window.setTimeout(checkLeft);
  }, true);
}

// Sending stops once at what is wrong. Sent again as it is, the server decides: a fault of ours locks nobody out.
let refused = "";
function stops() {
  const found = faults();
  const state = JSON.stringify([...found]);
  if (!found.size || state === refused) return false;
  refused = state;
  for (const question of boxes) {
    if (found.has(question.dataset.item)) told.add(question);
    if (told.has(question)) check(question, found);
  }
  for (const old of document.querySelectorAll(".error-summary")) old.remove();
  const summary = document.createElement("div");
  summary.className = "error-summary";
  summary.setAttribute("role", "alert");
  summary.tabIndex = -1;
  const title = document.createElement("p");
  title.className = "error-title";
  say(title, "errors", texts.errors);
  const list = document.createElement("ul");
  for (const [code, fault] of found) {
    const link = document.createElement("a");
    link.href = `#q-${code}`;
    say(link, "question", fill(texts.question, { code }));
    const entry = document.createElement("li");
    entry.append(link, `: ${fault}`);
    list.append(entry);
  }
  summary.append(title, list);
  form.before(summary);
  summary.focus();
  return true;
}

function refresh() {
  ask();
  if (told.size) {
    const found = faults();
    for (const question of told) check(question, found);
  }
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
  if (sent || (event.submitter?.value === "send" && stops())) return event.preventDefault();
  sent = true;
  window.setTimeout(() => { sent = false; }, 8000); // a lost line must not lock the form
});
window.addEventListener("pageshow", () => { sent = false; });

document.querySelector("[data-focus]")?.focus();

// A personal link counts as opened when a person's browser shows it; a mail filter that follows links does not run this.
if (texts.opened) fetch(texts.opened, { method: "POST", keepalive: true }).catch(() => {});
