// In this file opened issues stay readable while the network is away: the service worker of the reading room.
//
// The network comes first, always: what is kept here is shown only where no answer comes. An issue the
// reader may no longer read is forgotten as soon as the server says so, everything at the latest after
// twelve hours, and at once when the reader signs out (src/offline.js).

const KEPT = "jianbao-reading";
const AT = "X-Kept-At";
const WAITED = 5000;
const KEPT_FOR = 12 * 60 * 60 * 1000;
const MOST = 300;
const READING = /^\/library(\/issues\/\d+(\/pages(\/\d+\.png)?|\/photos\/[\w.-]+)?|\/away)?$/;
const AWAY = "/library/away";
const PARTS = /^\/static\/built\//;
/** Addresses last answered from here, for the page to say so. */
const shown = new Map();

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { kind, addresses, address } = event.data ?? {};
  if (kind === "keep") event.waitUntil(Promise.all(addresses.map((one) => keepAhead(one))));
  if (kind === "how") event.source?.postMessage({ kind: "shown", address, at: shown.get(address) ?? 0 });
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin || !isKept(address)) return;
  event.respondWith(answer(event));
});

function isKept({ pathname, search }) {
  return PARTS.test(pathname) || (READING.test(pathname) && !search);
}

async function answer(event) {
  const { request } = event;
  const cache = await caches.open(KEPT);
  const kept = await fresh(await cache.match(request.url));
  const asked = fetch(request).then((response) => {
    event.waitUntil(learn(cache, request.url, response.clone()));
    return response;
  });
  // A slow answer is still kept when it comes.
  event.waitUntil(asked.catch(() => {}));
  try {
    const response = kept ? await Promise.race([asked, waited()]) : await asked;
    if (response.status < 500 || !kept) {
      shown.delete(new URL(request.url).pathname);
      return response;
    }
  } catch (error) {
    if (!kept) return request.mode === "navigate" ? notKept(cache) : Response.error();
  }
  shown.set(new URL(request.url).pathname, Number(kept.headers.get(AT)));
  return kept;
}

function waited() {
  return new Promise((_, reject) => {
    setTimeout(reject, WAITED);
  });
}

/** Keep a good answer; forget what the server no longer gives this reader. */
async function learn(cache, address, response) {
  if (response.ok && response.type === "basic" && !response.redirected) {
    const headers = new Headers(response.headers);
    headers.set(AT, String(Date.now()));
    await cache.put(address, new Response(await response.blob(), { status: 200, headers }));
    const names = await cache.keys();
    await Promise.all(names.slice(0, Math.max(0, names.length - MOST)).map((name) => cache.delete(name)));
  } else if (response.status >= 300 && response.status < 500 || response.type === "opaqueredirect" || response.redirected) {
    await cache.delete(address);
  }
}

async function keepAhead(address) {
  if (!isKept(new URL(address))) return;
  const cache = await caches.open(KEPT);
  if (await cache.match(address)) return;
  try {
    await learn(cache, address, await fetch(address, { credentials: "same-origin" }));
  } catch {
    // The network has gone already; the page itself will be asked for again.
  }
}

async function fresh(response) {
  return response && Date.now() - Number(response.headers.get(AT)) < KEPT_FOR ? response : null;
}

/** The server's own page about it, in the reader's language; kept when the reading room was opened. */
async function notKept(cache) {
  const page = await cache.match(new URL(AWAY, self.location.origin).href);
  if (!page) return Response.error();
  return new Response(await page.blob(), { status: 503, headers: page.headers });
}
