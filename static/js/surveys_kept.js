// Unsent answers kept on this device, where the respondent asks for it: encrypted with a code that only this page shows.
// IndexedDB, because localStorage reaches the disk late; encrypted from the first byte, because deleting does not erase
// the disk. No request is made: nothing may tie a device to an invitation.
const DAYS = 7;
const ROUNDS = 600_000;
const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"; // ten of them: 50 bits
const BLOCK = 4096; // bytes: the length says little about what was written
const subtle = window.crypto?.subtle; // not on a plain http address
const box = document.getElementById("kept");
const form = document.getElementById("survey");
const place = location.pathname; // the survey's link
const bytes = (text) => new TextEncoder().encode(text);

const wait = (request) => new Promise((resolve, reject) => {
  request.addEventListener("success", () => resolve(request.result));
  request.addEventListener("error", () => reject(request.error));
});

async function database() {
  const request = indexedDB.open("ctnat-unsent", 1);
  request.addEventListener("upgradeneeded", () => request.result.createObjectStore("forms", { keyPath: "id" }));
  return wait(request);
}

async function change(work) {
  const transaction = (await database()).transaction("forms", "readwrite", { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.addEventListener("complete", resolve);
    transaction.addEventListener("abort", () => reject(transaction.error));
  });
  work(transaction.objectStore("forms"));
  return done;
}

const rows = async () => wait((await database()).transaction("forms").objectStore("forms").getAll());
const remove = (id) => change((store) => store.delete(id));
// The id of the row is no secret; it lets the page of thanks delete the row.
const remember = (id) => sessionStorage.setItem("ctnat-unsent", id);

async function keyOf(code, salt) {
  const letters = code.toLowerCase().replace(/[^0-9a-z]/g, "").replace(/o/g, "0").replace(/[il]/g, "1");
  const secret = await subtle.importKey("raw", bytes(letters), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

function newCode() {
  const letters = [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => LETTERS[byte % 32]).join("");
  return `${letters.slice(0, 5)}-${letters.slice(5)}`;
}

async function seal({ id, salt, key }, content) {
  const text = JSON.stringify(content);
  const padded = bytes(text + " ".repeat(BLOCK - (bytes(text).length % BLOCK)));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(id) }, key, padded);
  return { id, salt, iv, data, until: Math.floor(Date.now() / 86_400_000) + DAYS };
}

async function unseal(row, code) {
  const key = await keyOf(code, row.salt);
  try {
    const plain = await subtle.decrypt({ name: "AES-GCM", iv: row.iv, additionalData: bytes(row.id) }, key, row.data);
    const content = JSON.parse(new TextDecoder().decode(plain));
    return content.place === place ? { id: row.id, salt: row.salt, key, values: content.values } : null;
  } catch {
    return null; // another code
  }
}

const OURS = new Set(["_do", "_in", "_to", "_opened", "_version", "csrfmiddlewaretoken"]); // of the page, not of the answers
const values = () => [...new FormData(form)].filter(([name]) => !OURS.has(name));

function fillIn(kept) {
  for (const field of form.elements) {
    if (!field.name || OURS.has(field.name) || field.tagName === "BUTTON") continue;
    const given = kept.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") field.checked = given.includes(field.value);
    else if (field.type !== "hidden" || given.length) field.value = given[0] ?? "";
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function show(part) {
  for (const element of box.querySelectorAll("[data-part]")) element.hidden = element.dataset.part !== part;
  box.hidden = false;
}

// The text with its own language, where it is not translated.
function tell(name, time = "") {
  const text = box.querySelector(`[data-says=${name}]`).innerHTML.replace("{time}", time);
  box.querySelector("[data-status]").innerHTML = text;
}

let kept = null; // { id, salt, key }: in the memory of this page alone
let timer = 0;
async function save() {
  try {
    const row = await seal(kept, { place, values: values() });
    await change((store) => store.put(row));
    const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    tell("at", time);
    box.dataset.stored = "";
  } catch {
    tell("failed"); // no room, or a private window
  }
}

async function start(found) {
  const code = found ? "" : newCode();
  const salt = found?.salt ?? crypto.getRandomValues(new Uint8Array(16));
  kept = found ?? { id: crypto.randomUUID(), salt, key: await keyOf(code, salt) };
  remember(kept.id);
  box.querySelector("[data-shown-once]").hidden = !code;
  box.querySelector("[data-code]").textContent = code;
  show("on");
  await save();
}

async function open() {
  const input = box.querySelector("input");
  const found = (await Promise.all((await rows()).map((row) => unseal(row, input.value)))).find(Boolean);
  const error = box.querySelector(".field-error");
  error.hidden = Boolean(found);
  input.toggleAttribute("aria-invalid", !found);
  if (!found) return input.focus();
  if (!("changed" in form.dataset)) fillIn(found.values); // else what is on the page is newer
  return start(found);
}

async function forget() {
  window.clearTimeout(timer);
  await remove(kept.id);
  kept = null;
  show("offer");
}

async function begin() {
  const today = Math.floor(Date.now() / 86_400_000);
  const present = await rows();
  await Promise.all(present.filter((row) => row.until < today).map((row) => remove(row.id)));
  const found = present.some((row) => row.until >= today);
  box.open = found;
  show(found ? "locked" : "offer");
  for (const [name, act] of Object.entries({ start: () => start(), open, forget })) {
    box.querySelector(`[data-do=${name}]`).addEventListener("click", act);
  }
  box.querySelector("input").addEventListener("keydown", (event) => {
    if (event.key === "Enter") open();
  });
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    if (!kept) return;
    delete box.dataset.stored;
    timer = window.setTimeout(save, 400);
  });
}

if (subtle && window.indexedDB) {
  if (box) begin().catch(() => { box.hidden = true; }); // storage is switched off: nothing is offered
  else if (sessionStorage.getItem("ctnat-unsent")) remove(sessionStorage.getItem("ctnat-unsent")).catch(() => {});
}
