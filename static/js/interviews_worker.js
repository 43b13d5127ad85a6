// Opens the typing pages and the field page that were kept on this device when there is no connection: pages without any
// answer, with their styles and scripts. It asks the network first, and puts no page into the cache by itself
// (interviews_notes.js and interviews_field.js do).
// It also holds the key of the vault (vault.js) in its memory, so that a reload without a connection needs no words.
"use strict";

const CACHE = "ctnat-pages";
const EARLIER = ["ctnat-notes"]; // with answers in clear
const PATIENCE = 6000; // ms; a line this slow is as good as none where a kept page is at hand
const IDLE = 90_000; // ms without a page that has the key open
const PARTS = new Set(["style", "script", "font", "image", "manifest"]);

let held = null; // {user, key, at}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(begin()));

async function begin() {
  await Promise.all(EARLIER.map((name) => caches.delete(name)));
  await self.clients.claim();
}

// Pages say who is signed in; the key of another account is forgotten.
self.addEventListener("message", (event) => {
  const { user, give, ask, forget } = event.data;
  if (held && (forget || Date.now() - held.at > IDLE || (user ?? give?.user ?? ask) !== held.user)) held = null;
  if (give) held = { ...give, at: Date.now() };
  if (ask) event.ports[0].postMessage(held?.key ?? null);
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" ? /\/(?:notes|interviews\/field)\/$/.test(url.pathname) : PARTS.has(request.destination)) {
    event.respondWith(networkFirst(request));
  }
});

async function networkFirst(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreSearch: true, ignoreVary: true });
  if (!kept) return fetch(request);
  try {
    const reply = await within(PATIENCE, fetch(request));
    if (reply.status >= 500) return kept;
    if (request.mode !== "navigate" && reply.ok && !reply.redirected) await cache.put(request, reply.clone());
    return reply;
  } catch {
    return kept;
  }
}

function within(patience, promise) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("too slow")), patience));
  return Promise.race([promise, late]);
}
