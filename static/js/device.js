// On every page of members: what earlier versions kept here in clear is sealed, workers are told who is signed in, and
// signing out locks what was not saved.
"use strict";

const ctnatDevice = (() => {
  const MONTH = 30 * 86_400_000; // ms
  const CONTACT = 10 * 60_000; // ms between two looks whether this device was revoked
  const EARLIER = "ctnat-notes"; // a cache with answers in clear
  const { user } = ctnatVault;
  const email = document.querySelector(".menu-name")?.textContent ?? "";

  // A name for this tab, with nothing in it: what it has sent is dropped when a page of this tab says that it is saved.
  const tab = (() => {
    try {
      window.sessionStorage["ctnat-tab"] ??= crypto.randomUUID();
      return window.sessionStorage["ctnat-tab"];
    } catch {
      return ""; // storage is switched off: nothing is dropped
    }
  })();

  const read = (store, name) => {
    try {
      return JSON.parse(store.getItem(name));
    } catch {
      return null; // not written by us
    }
  };

  // [kind, place, value] of what an earlier version kept under `name` for this user; null for what is another's.
  function earlier(name, kept) {
    if (name.startsWith("ctnat:draft:") && String(kept?.user) === user) {
      return ["note", [kept.interview, kept.client, kept.question].join(":"), kept];
    }
    const [, report] = name.split(`ctnat-report-draft:${user}:`);
    if (report) return ["report", report, { body: kept?.body, revision: kept?.revision }];
    const [, form] = name.split(`ctnat-keep:${email}:`);
    return form && email ? ["form", form, { values: kept?.values, at: kept?.at }] : null;
  }

  const isOld = (name, kept) => name.startsWith("ctnat:draft:") && Date.now() - Number(kept?.at) > MONTH;

  async function takeOver(store) {
    for (const name of Object.keys(store)) {
      if (name.startsWith("report-draft:")) store.removeItem(name); // had no owner: no account may be offered it
      if (!/^ctnat(:draft|-report-draft|-keep):(?!device )/.test(name)) continue;
      const kept = read(store, name);
      const found = kept && earlier(name, kept);
      if (found) {
        const [kind, place, value] = found;
        await ctnatVault.write({ id: crypto.randomUUID(), kind, client: "" }, { place, value });
      }
      if (found || isOld(name, kept)) store.removeItem(name);
    }
  }

  async function begin() {
    window.caches?.delete(EARLIER).catch(() => {});
    if (!user) return;
    ctnatVault.tell({ user });
    for (const name of ["localStorage", "sessionStorage"]) {
      try {
        await takeOver(window[name]);
      } catch { /* storage is switched off, or nothing can be sealed here: it stays as it is */ }
    }
    try {
      if (tab && document.querySelector(".notice-success")) await ctnatVault.drop((row) => row.sent && row.tab === tab);
      await ctnatVault.keepContact(CONTACT);
    } catch { /* nothing is kept here */ }
  }

  return { tab, ready: begin() };
})();

// Signing out asks nothing and loses nothing: what was not saved stays, and only its account can open it.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post" || !new URL(form.action).pathname.endsWith("/logout/")) return;
  event.preventDefault();
  const late = new Promise((resolve) => setTimeout(resolve, 2000));
  try {
    await Promise.race([ctnatVault.close(), late]);
    await window.caches?.delete("ctnat-pages");
  } catch { /* storage is switched off: nothing is kept */ } finally {
    form.submit();
  }
});

// On the page to sign in: what waits here, of whichever account.
if (!ctnatVault.user) {
  ctnatVault.count().then((waiting) => {
    if (!waiting) return;
    notice("info", interpolate(ngettext(
      "%(number)s text on this device is not saved yet. It is locked: only the account that typed it can open it, after signing in here.",
      "%(number)s texts on this device are not saved yet. They are locked: only the account that typed them can open them, after signing in here.",
      waiting,
    ), { number: waiting }, true));
  }).catch(() => {}); // storage is switched off: nothing waits
}
