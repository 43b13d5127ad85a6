// data-keep="name" on a form keeps what is typed on this device until the server has it: a lost connection or an
// expired sign-in loses nothing. What was sent is removed once a page confirms that it was saved.
"use strict";
{
  // What one person typed is not shown to the next: a member's is kept in the tab, a group's on its device, under the key
  // of the device, so that a closed tab loses nothing.
  const device = document.querySelector("[data-device]")?.dataset.device;
  const who = device ? `device ${device}` : (document.querySelector(".menu-name")?.textContent ?? "");
  const PREFIX = `ctnat-keep:${who}:`;
  const words = document.querySelector("[data-words]")?.dataset ?? {}; // of public pages, in their own language; pages of members have gettext
  const store = (() => {
    try {
      return device ? window.localStorage : window.sessionStorage;
    } catch {
      return { getItem: () => null, setItem() {}, removeItem() {} }; // storage is switched off: nothing is kept
    }
  })();
  const read = (key) => {
    try {
      return JSON.parse(store.getItem(key));
    } catch {
      return null; // not written by this script
    }
  };
  if (device) {
    for (const key of Object.keys(store)) {
      if (key.startsWith("ctnat-keep:device ") && !key.startsWith(PREFIX)) store.removeItem(key); // of another group
    }
  }
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

  const keep = (form, sent) => {
    if (!form?.dataset.keep) return;
    const at = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    try {
      store.setItem(PREFIX + form.dataset.keep, JSON.stringify({ values: valueOf(form), at, sent }));
    } catch {
      // no room: the form is sent as it is on the screen
    }
  };
  if (document.querySelector(".notice-success")) {
    for (const key of Object.keys(store)) {
      if (key.startsWith(PREFIX) && read(key)?.sent) store.removeItem(key);
    }
  }

  for (const form of document.querySelectorAll("form[data-keep]")) {
    const key = PREFIX + form.dataset.keep;
    const asServed = valueOf(form);
    const kept = read(key);
    const same = kept && JSON.stringify(kept.values) === JSON.stringify(asServed);
    if (same || (kept && form.querySelector(".error-summary"))) store.removeItem(key);
    else if (kept) {
      fill(form, kept.values);
      const line = document.createElement("p");
      line.className = "notice notice-info";
      const text = words.kept ?? gettext("The text you typed here at {time} was not saved. It has been put back in the form.");
      line.textContent = `${text.replace("{time}", kept.at)} `;
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "btn btn-sm";
      drop.textContent = words.discard ?? gettext("Discard");
      drop.addEventListener("click", () => {
        fill(form, asServed);
        store.removeItem(key); // last: filling the form may count as typing in it
        line.remove();
      });
      line.append(drop);
      form.prepend(line);
      form.closest("details")?.setAttribute("open", "");
    } else if (fields(form).some(ctnatForms.isTyped)) keep(form, false); // typed before this script was loaded, on a slow line
  }

  document.addEventListener("input", (event) => keep(event.target.form, false));
  document.addEventListener("ctnat:typed", (event) => keep(event.target, false)); // a script changed a kept field
  document.addEventListener("submit", (event) => keep(event.target, true));
  // A form that was sent by a script fires this event when it is saved.
  document.addEventListener("ctnat:saved", (event) => store.removeItem(PREFIX + event.target.dataset.keep));
}
