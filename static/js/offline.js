// What the pages share that are kept for working without a connection, and "My devices": keeping a page with its styles
// and scripts, the five words, what is locked, and clearing a screen that nobody looks at.
"use strict";

const ctnatOffline = (() => {
  // Keeps what `address` serves, which has none of anybody's texts, so that the worker can open this page off line.
  // Resolves with whether it is kept now.
  async function keepPage(worker, address) {
    if (!navigator.serviceWorker || !window.caches) return false;
    const cache = await caches.open("ctnat-pages");
    try {
      await navigator.serviceWorker.register(worker);
      await navigator.serviceWorker.ready;
      await ctnatVault.prepareWorker();
      const parts = [...document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon]")];
      const shell = await fetch(address, { redirect: "error" }); // never the sign-in page
      if (shell.ok) await cache.put(location.pathname, shell);
      await cache.addAll(parts.map((part) => part.src || part.href));
    } catch { /* off line: the page may have been kept before */ }
    return Boolean(await cache.match(location.pathname));
  }

  // What lies here locked, and the field for the five words where they would open it.
  async function showLocked() {
    const box = document.querySelector("[data-locked]");
    const { locked } = await ctnatVault.read().catch(() => ({ locked: 0 }));
    if (!box || (box.hidden && !locked)) return;
    box.hidden = !locked;
    box.querySelector("[data-unlock]").hidden = !(await ctnatVault.hasWords().catch(() => false));
  }

  // `then` runs once the five words have opened the texts.
  function onUnlock(then) {
    document.querySelector("[data-open]")?.addEventListener("click", async () => {
      const field = document.getElementById("five-words");
      const isRight = await ctnatVault.openWithWords(field.value);
      field.toggleAttribute("aria-invalid", !isRight);
      document.querySelector("[data-wrong]").hidden = isRight;
      if (!isRight) return field.focus();
      field.value = "";
      return then();
    });
  }

  // The button within `part` that makes five words and shows them once.
  function offerWords(part) {
    part.querySelector("[data-make-words]").addEventListener("click", async () => {
      const words = await ctnatVault.makeWords().catch(() => null);
      if (!words) return notice("error", gettext("No words were made: there is no connection, or this device was revoked."));
      part.querySelector("[data-five-words]").textContent = words;
      part.querySelector("[data-words-given]").hidden = false;
      part.querySelector("[data-words-offer]").hidden = true;
      return words;
    });
  }

  // How much room this browser has left for texts, as a sentence; blank where it does not say.
  async function roomInWords() {
    if (!navigator.storage?.estimate) return ""; // an older browser
    const { quota, usage } = await navigator.storage.estimate();
    const [unit, size] = quota - usage < 1e9 ? ["megabyte", 1e6] : ["gigabyte", 1e9];
    const how = { style: "unit", unit, maximumSignificantDigits: 2 };
    const room = new Intl.NumberFormat(document.documentElement.lang, how).format((quota - usage) / size);
    return interpolate(gettext("This browser has room for %(room)s of texts."), { room }, true);
  }

  // Nobody has been at this page for long: the texts of `root` leave the screen, unless they would be nowhere else or
  // could not be shown again. Its script goes on sending what waits.
  function clearWhenIdle(root, isSafe) {
    document.addEventListener("ctnat:idle", () => {
      const lock = document.querySelector("template[data-idle]");
      if (!lock || !root.isConnected || !isSafe()) return;
      const main = root.closest("main");
      main.replaceChildren(lock.content.cloneNode(true));
      main.querySelector("[data-go-on]").addEventListener("click", () => location.reload());
    });
  }

  return { keepPage, showLocked, onUnlock, offerWords, roomInWords, clearWhenIdle };
})();
