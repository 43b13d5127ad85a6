// "My devices": which of the rows is this browser, what waits in it, and the five words for working without a connection.
"use strict";

// How much room this browser has left for texts, and whether it may delete them when the disk is full.
async function showStorage(part) {
  const room = await ctnatOffline.roomInWords();
  if (!room) return;
  part.querySelector("[data-room]").textContent = room;
  const { storage } = navigator;
  const show = (isLasting) => {
    part.querySelector("[data-lasting]").hidden = !isLasting;
    part.querySelector("[data-not-lasting]").hidden = isLasting;
  };
  show(await storage.persisted());
  part.querySelector("[data-ask-to-last]").addEventListener("click", async () => {
    const isLasting = await storage.persist();
    show(isLasting);
    if (!isLasting) notice("warning", gettext("This browser does not promise to keep them. A bookmark of this site, or installing it, may change that."));
  });
  part.hidden = false;
}

(async () => {
  await ctnatDevice.ready;
  const found = await ctnatVault.box();
  if (!found) return;
  for (const mark of document.querySelectorAll("[data-browser]")) mark.hidden = mark.dataset.browser !== found.device;
  const section = document.querySelector("[data-this-browser]");
  const waiting = section.querySelector("[data-waiting]");
  const number = await ctnatVault.count();
  const { rows } = await ctnatVault.read();
  const unsent = rows.filter((row) => row.kind !== "copy");
  waiting.textContent = number ? interpolate(ngettext(
    "%(number)s text is not saved yet. Open its page to save it:",
    "%(number)s texts are not saved yet. Open their pages to save them:",
    number,
  ), { number }, true) : gettext("Everything that you typed here is saved.");
  for (const path of new Set(unsent.map((row) => row.content.path).filter((one) => one?.startsWith("/")))) {
    const link = document.createElement("a");
    link.href = path;
    link.textContent = path;
    waiting.append(document.createElement("br"), link);
  }
  section.hidden = false;
  section.querySelector("[data-words-offer]").hidden = false;
  ctnatOffline.offerWords(section);
  await showStorage(section.querySelector("[data-storage]"));
})().catch(() => {}); // storage is switched off: nothing is kept here
