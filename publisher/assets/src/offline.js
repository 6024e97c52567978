// In this file the reading room is made ready for a network that drops, and leaves nothing behind afterwards.

import { make } from "./make.js";
import { flush, pending, watch } from "./outbox.js";
import { word } from "./words.js";

const KEPT = "jianbao-reading";
let begun = false;

/** Let opened issues stay readable, and say when the network is away. */
export function start() {
  if (begun) return;
  begun = true;
  watchNetwork();
  watch();
  if (!("serviceWorker" in navigator) || !window.isSecureContext) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.kind === "shown" && data.at && data.address === window.location.pathname) tell(word("shown_from_here", { at: timeOf(data.at) }));
  });
  const firstTime = !navigator.serviceWorker.controller;
  navigator.serviceWorker
    .register("/library/worker.js", { scope: "/library" })
    .then(() => navigator.serviceWorker.ready)
    .then(({ active }) => {
      const away = new URL("/library/away", window.location.origin).href;
      active.postMessage({ kind: "keep", addresses: [away, ...(firstTime ? opened() : [])] });
      navigator.serviceWorker.controller?.postMessage({ kind: "how", address: window.location.pathname });
    })
    .catch(() => {});
}

/** Everything this page is made of: it was loaded before the worker was there. */
function opened() {
  const parts = performance.getEntriesByType("resource").map((entry) => entry.name);
  const pictures = [...document.images].map((image) => image.src);
  return [...new Set([window.location.href.split("#")[0], ...parts, ...pictures])].filter((one) => one.startsWith(window.location.origin));
}

function timeOf(moment) {
  return new Date(moment).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}

/* Saying so. */

function watchNetwork() {
  window.addEventListener("offline", () => tell(word("network_away")));
  window.addEventListener("online", () => {
    document.querySelector(".network-note")?.remove();
    flush();
  });
  if (!navigator.onLine) tell(word("network_away"));
}

function tell(sentence) {
  document.querySelector(".network-note")?.remove();
  document.querySelector("[data-messages]")?.append(make("div", { class: "notice warning network-note", role: "status" }, make("div", { textContent: sentence })));
}

/* Leaving nothing behind. */

/** Forget the issues that were kept; what waits to be sent stays. */
export async function forgetIssues() {
  if ("caches" in window) await caches.delete(KEPT);
}

/** Send what waits, then forget everything; false where the reader would rather stay. */
export async function leave(ask) {
  await Promise.race([flush(), new Promise((done) => setTimeout(done, 4000))]);
  const left = await pending();
  if (left.length && (await ask(left.length)) === null) return false;
  await forgetIssues();
  const registration = await navigator.serviceWorker?.getRegistration?.("/library").catch(() => null);
  await registration?.unregister();
  await new Promise((done) => {
    const request = window.indexedDB?.deleteDatabase("jianbao-outbox");
    if (!request) done();
    else request.onsuccess = request.onerror = request.onblocked = done;
  });
  for (const name of Object.keys(localStorage)) if (name.startsWith("jianbao.")) localStorage.removeItem(name);
  return true;
}
