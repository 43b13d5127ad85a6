// Typed notes that this device keeps until the server has them, and their removal at sign-out.
"use strict";

const ctnatDevice = (() => {
  const PREFIX = "ctnat:draft:";
  const CACHE = "ctnat-notes";

  function keyOf(draft) {
    return PREFIX + [draft.user, draft.interview, draft.client, draft.question].join(":");
  }

  return {
    CACHE,
    // Keeps {user, interview, client, question, text, base, sequence, at}. False where the device has no room.
    keep(draft) {
      try {
        localStorage.setItem(keyOf(draft), JSON.stringify(draft));
        return true;
      } catch {
        return false;
      }
    },
    drop(draft) {
      try {
        localStorage.removeItem(keyOf(draft));
      } catch { /* nothing was kept */ }
    },
    // The drafts of a user's interview, the newest first; without arguments all of them.
    list(user, interview) {
      const found = [];
      try {
        for (const key of Object.keys(localStorage)) {
          if (!key.startsWith(PREFIX)) continue;
          const draft = JSON.parse(localStorage.getItem(key));
          if (user === undefined || (draft.user === user && draft.interview === interview)) found.push(draft);
        }
      } catch { /* storage is switched off: nothing is kept */ }
      return found.sort((a, b) => b.at - a.at);
    },
    // Everything that any page has kept here for an account has a name that begins with "ctnat".
    async forget() {
      for (const store of [localStorage, sessionStorage]) {
        for (const key of Object.keys(store)) if (key.startsWith("ctnat")) store.removeItem(key);
      }
      if (window.caches) await caches.delete(CACHE);
    },
  };
})();

// Signing out removes everything from the device, after a warning where notes were never sent.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post" || !new URL(form.action).pathname.endsWith("/logout/")) return;
  event.preventDefault();
  let sections = 0;
  try {
    const isUnsaved = (key) => key.startsWith("ctnat-report-draft:") && !JSON.parse(localStorage.getItem(key)).sent;
    sections = Object.keys(localStorage).filter(isUnsaved).length;
  } catch { /* storage is switched off: nothing is kept */ }
  const unsent = ctnatDevice.list().length + sections;
  const question = interpolate(ngettext(
    "%(number)s text on this device has not been saved yet and would be lost. Sign out anyway?",
    "%(number)s texts on this device have not been saved yet and would be lost. Sign out anyway?",
    unsent,
  ), { number: unsent }, true);
  if (unsent && !window.confirm(question)) {
    delete form.dataset.sent;
    return;
  }
  try {
    await ctnatDevice.forget();
  } catch { /* storage is switched off: nothing is kept */ } finally {
    form.submit();
  }
});
