// Keeps typed text on this device until the server has it: a lost connection, a closed page or an expired sign-in loses
// nothing. What members type goes into the vault (vault.js), sealed; a group's text stays on its device in clear, under
// the key of the device, until the group has sent it.
"use strict";

// For scripts that keep text of members. A text has a kind ("note", "report", "form", or "copy" for what is only kept to
// be read) and a place, which is sealed with it.
const ctnatKeep = (() => {
  const client = window.crypto?.randomUUID?.() ?? `${Date.now()}-${Math.random()}`.slice(0, 36); // this page
  const ids = new Map(); // kind and place -> id of the row
  const next = new Map(); // kind and place -> what is to be written, or null for dropped
  const running = new Map(); // kind and place -> promise
  const written = new Map(); // kind and place -> whether the last was written
  const nameOf = (kind, place) => `${kind}|${place}`;

  // A page holds the lock of its name while it is open: what it keeps is not offered to another page.
  let isLocked = false;
  function lock() {
    if (!isLocked) navigator.locks?.request(`ctnat:${client}`, () => new Promise(() => {}));
    isLocked = true;
  }

  async function openPages() {
    const { held = [] } = await navigator.locks?.query() ?? {};
    return new Set(held.map((one) => one.name));
  }

  // One after the other for each place; of what is typed meanwhile, the last counts. Whether the last is on the disk.
  async function work(kind, place) {
    const name = nameOf(kind, place);
    let isKept = true;
    while (next.has(name)) {
      const given = next.get(name);
      next.delete(name);
      try {
        if (given) {
          if (!ids.has(name)) ids.set(name, crypto.randomUUID());
          const row = { id: ids.get(name), kind, client, tab: ctnatDevice.tab, sent: given.sent };
          await ctnatVault.write(row, { place, path: location.pathname, value: given.value });
        } else if (ids.has(name)) {
          await ctnatVault.remove([ids.get(name)]);
          ids.delete(name);
        }
        isKept = true;
      } catch {
        isKept = false; // no encryption here, no key yet, or no room
      }
    }
    running.delete(name);
    written.set(name, isKept);
    return isKept;
  }

  function put(kind, place, given) {
    const name = nameOf(kind, place);
    lock();
    next.set(name, given);
    if (!running.has(name)) running.set(name, work(kind, place));
    return running.get(name);
  }

  // The texts of this account that can be opened, [{place, value, at, client, id}], the last written first.
  async function list(kind) {
    await ctnatDevice.ready;
    const { rows } = await ctnatVault.read(kind).catch(() => ({ rows: [] }));
    const found = rows.map(({ content, ...row }) => ({ ...row, ...content })).sort((a, b) => b.at - a.at);
    for (const row of found) {
      const name = nameOf(kind, row.place);
      if (!ids.has(name) && (kind === "note" || kind === "copy")) ids.set(name, row.id);
    }
    return found;
  }

  return {
    client,
    // Resolves with whether the text is on this device now: never say so before.
    keep: (kind, place, value, sent = false) => put(kind, place, { value, sent }),
    drop: (kind, place) => put(kind, place, null),
    // Whether what was given last is on this device.
    settled: async (kind, place) => (await running.get(nameOf(kind, place))) ?? written.get(nameOf(kind, place)) ?? false,
    has: (kind, place) => ids.has(nameOf(kind, place)) || running.has(nameOf(kind, place)),
    list,
    // What a page that is closed now has left at this place: {value, id}, or null.
    async kept(kind, place) {
      const found = (await list(kind)).filter((row) => row.place === place && row.client !== client);
      if (!found.length) return null;
      const open = await openPages();
      return found.find((row) => row.tab === ctnatDevice.tab || !open.has(`ctnat:${row.client}`)) ?? null;
    },
    // This page goes on with a text of a closed one.
    adopt: (kind, place, id) => ids.set(nameOf(kind, place), id),
    forget: (id) => ctnatVault.remove([id]).catch(() => {}),

    // Says in the form, once, that nothing can be kept here; takes it back when it can.
    tell(form, isKept) {
      const line = form.querySelector("[data-unkept]");
      if (isKept) line?.remove();
      if (isKept || line) return;
      const warning = document.createElement("p");
      warning.className = "notice notice-warning";
      warning.dataset.unkept = "";
      warning.setAttribute("role", "status");
      warning.textContent = gettext("This browser cannot keep what you type here. Save it before you leave the page.");
      form.prepend(warning);
    },

    // Lets the form go once `write` is on the disk: leaving a page ends what it is still writing.
    holdSubmit(event, write) {
      const form = event.target;
      if (form.dataset.written) {
        delete form.dataset.written;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      const late = new Promise((resolve) => setTimeout(resolve, 1000));
      const { submitter } = event;
      Promise.race([write().catch(() => {}), late]).then(() => setTimeout(() => { // not while this event is still on its way
        form.dataset.written = "1";
        form.requestSubmit(submitter);
      }));
    },
  };
})();

// The box is there before the first key is pressed.
document.addEventListener("focusin", (event) => {
  if (typeof ctnatVault !== "undefined" && event.target.form?.matches("[data-keep], [data-draft]")) ctnatVault.prepare().catch(() => {});
});

// data-keep="name" on a form keeps what is typed in it. What was sent is removed once a page confirms that it was saved.
{
  const device = document.querySelector("[data-device]")?.dataset.device;
  const PREFIX = `ctnat-keep:device ${device}:`;
  const words = document.querySelector("[data-words]")?.dataset ?? {}; // of public pages, in their own language; pages of members have gettext

  // A group's page. Everything is done at once: a group may have no account, and no key.
  const ofGroup = () => {
    const store = (() => {
      try {
        return window.localStorage;
      } catch {
        return { getItem: () => null, setItem() {}, removeItem() {} }; // storage is switched off: nothing is kept
      }
    })();
    const read = (name) => {
      try {
        return JSON.parse(store.getItem(name));
      } catch {
        return null; // not written by this script
      }
    };
    const isSaved = document.querySelector(".notice-success");
    for (const name of Object.keys(store)) {
      const isOfAnother = name.startsWith("ctnat-keep:device ") && !name.startsWith(PREFIX);
      if (isOfAnother || (isSaved && name.startsWith(PREFIX) && read(name)?.sent)) store.removeItem(name);
    }
    return {
      read: async (name) => ({ value: read(PREFIX + name) }),
      adopt() {},
      forget: (name) => store.removeItem(PREFIX + name),
      drop: (name) => store.removeItem(PREFIX + name),
      has: () => false,
      async write(name, value, sent) {
        try {
          store.setItem(PREFIX + name, JSON.stringify({ ...value, sent }));
        } catch {
          // no room: the form is sent as it is on the screen
        }
        return true;
      },
    };
  };
  const ofMember = () => ({
    read: async (name) => await ctnatKeep.kept("form", name) ?? {},
    adopt: (name, id) => ctnatKeep.adopt("form", name, id),
    forget: (name, id) => ctnatKeep.forget(id),
    drop: (name) => ctnatKeep.drop("form", name),
    has: (name) => ctnatKeep.has("form", name),
    write: (name, value, sent) => ctnatKeep.keep("form", name, value, sent),
  });
  const store = device ? ofGroup() : ofMember();

  // data-kept on a hidden field keeps it too: with its identifier, a form that had arrived is not counted twice.
  const fields = (form) => [...form.elements].filter((field) => field.name && ("kept" in field.dataset || !["hidden", "submit", "button", "file", "password"].includes(field.type)));
  const valueOf = (form) => {
    const values = {};
    for (const field of fields(form)) {
      if (field.type === "radio") {
        if (field.checked) values[field.name] = field.value;
      } else if (field.type === "checkbox") {
        values[`${field.name}=${field.value}`] = field.checked;
      } else values[field.name] = field.value;
    }
    return values;
  };
  const fill = (form, values) => {
    for (const field of fields(form)) {
      if (field.type === "radio") field.checked = values[field.name] === field.value;
      else if (field.type === "checkbox") field.checked = Boolean(values[`${field.name}=${field.value}`]);
      else if (field.name in values) field.value = values[field.name];
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  const keep = async (form, sent) => {
    if (!form?.dataset.keep) return;
    const at = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    ctnatKeep.tell(form, await store.write(form.dataset.keep, { values: valueOf(form), at }, sent));
  };

  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-sm";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };

  const offer = (form, asServed, wasTyped, { value, id }) => {
    const name = form.dataset.keep;
    const line = document.createElement("p");
    line.className = "notice notice-info";
    const putBack = () => {
      store.adopt(name, id);
      fill(form, value.values);
      const text = words.kept ?? gettext("The text you typed here at {time} was not saved. It has been put back in the form.");
      line.textContent = `${text.replace("{time}", value.at)} `;
      line.append(button(words.discard ?? gettext("Discard"), () => {
        fill(form, asServed);
        store.drop(name); // last: filling the form may count as typing in it
        line.remove();
      }));
    };
    if (device || (!wasTyped && JSON.stringify(valueOf(form)) === JSON.stringify(asServed))) putBack();
    else {
      // Something was typed before the kept text was opened: it is not overwritten.
      const text = gettext("The text you typed here at {time} was not saved.");
      line.textContent = `${text.replace("{time}", value.at)} `;
      const discard = button(words.discard ?? gettext("Discard"), () => {
        store.forget(name, id);
        line.remove();
      });
      line.append(button(gettext("Bring it back"), putBack), " ", discard);
    }
    form.prepend(line);
    form.closest("details")?.setAttribute("open", "");
  };

  const restore = async (form) => {
    const name = form.dataset.keep;
    const asServed = valueOf(form);
    const wasTyped = fields(form).some(ctnatForms.isTyped); // before this script was loaded, on a slow line
    if (wasTyped && !device) keep(form, false);
    const kept = await store.read(name);
    const same = kept.value && JSON.stringify(kept.value.values) === JSON.stringify(asServed);
    if (same || (kept.value && form.querySelector(".error-summary"))) store.forget(name, kept.id);
    else if (kept.value) offer(form, asServed, wasTyped, kept);
    else if (wasTyped) keep(form, false);
  };
  for (const form of document.querySelectorAll("form[data-keep]")) restore(form);

  document.addEventListener("input", (event) => keep(event.target.form, false));
  document.addEventListener("ctnat:typed", (event) => keep(event.target, false)); // a script changed a kept field
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset?.keep) return;
    if (device) keep(form, true);
    else if (store.has(form.dataset.keep)) ctnatKeep.holdSubmit(event, () => keep(form, true));
  }, !device);
  // A form that was sent by a script fires this event when it is saved.
  document.addEventListener("ctnat:saved", (event) => store.drop(event.target.dataset.keep));
}
