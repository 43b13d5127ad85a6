// Keeps the typing pages that were opened on this device, so that they open without a connection.
// It answers for those pages and their styles and scripts only, and asks the network first.
"use strict";

const CACHE = "ctnat-notes";
const PATIENCE = 6000; // ms; a line this slow is as good as none where a kept page is at hand
const PARTS = new Set(["style", "script", "font", "image", "manifest"]);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" ? url.pathname.endsWith("/notes/") : PARTS.has(request.destination)) {
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
    if (reply.ok && !reply.redirected) await cache.put(request, reply.clone());
    return reply;
  } catch {
    return kept;
  }
}

function within(patience, promise) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("too slow")), patience));
  return Promise.race([promise, late]);
}
