// In this file what a reader marks and writes while the network is away is kept here, and sent once later.
//
// Each act is kept in the browser's own database before it is sent, under the key of its form; the server
// knows the key and takes an act that arrives twice as one. It is dropped once the server has answered.

import { make } from "./make.js";
import { say } from "./messages.js";
import { sentenceOf, token } from "./server.js";
import { word } from "./words.js";

const WAITED = 10000;
const AGAIN_AFTER = 15000;
const FORGOTTEN_AFTER = 7 * 24 * 60 * 60 * 1000;
let flushing = null;
let leaving = false;
// Whoever follows a link meanwhile is not brought back by the answer to what he sent before.
window.addEventListener("beforeunload", () => (leaving = true));
window.addEventListener("pageshow", () => (leaving = false));

/** Start a form made by `reading.keeps`. */
export function start(sign) {
  const form = sign.closest("form");
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !window.indexedDB) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    submit(form, sign).finally(() => form.removeAttribute("aria-busy"));
  });
  import("./offline.js").then((module) => module.start());
}

async function submit(form, sign) {
  const keyed = form.elements.namedItem("form_key");
  if (keyed && !keyed.value) keyed.value = newKey();
  const dated = form.elements.namedItem("made_at");
  if (dated) dated.value = new Date().toISOString();
  const act = {
    key: keyed?.value || newKey(),
    person: person(),
    address: form.action,
    entries: [...new FormData(form)].filter(([name]) => name !== "csrf_token"),
    what: sign.dataset.what,
    at: Date.now(),
    problem: "",
  };
  try {
    await change((acts) => acts.put(act));
  } catch {
    form.submit();
    return;
  }
  const sent = await send(act);
  if (sent.arrived) {
    await change((acts) => acts.delete(act.key));
    if (!leaving) window.location.assign(sent.address);
  } else if (sent.refused) {
    // The server's own page says what has to be put right, with all that was written in it.
    await change((acts) => acts.delete(act.key));
    form.submit();
  } else {
    say(word(sent.ended ? "kept_signed_out" : "kept_here", { what: act.what }), "warning");
    form.reset();
    if (keyed) keyed.value = newKey();
    for (const quote of form.querySelectorAll("[data-passage-quote]")) quote.hidden = true;
    settle(act, word("marked_here"));
    showPending();
  }
}

/** Send one act: it arrived, it was refused, the session has ended, or no answer came. */
async function send(act) {
  const body = new FormData();
  for (const [name, value] of act.entries) body.append(name, value);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), WAITED);
  try {
    const answer = await fetch(act.address, { method: "POST", body, headers: { "X-CSRFToken": token(), "X-Say-Where": "1" }, credentials: "same-origin", signal: stop.signal });
    const page = new URL(answer.headers.get("X-Where") ?? answer.url, window.location.href);
    if (page.pathname === "/sign-in") return { ended: true };
    if (answer.ok) return { arrived: true, address: page.pathname + page.search };
    if (answer.status >= 500 || answer.status === 400 || answer.status === 429) return {};
    return { refused: true, sentence: sentenceOf(await answer.text(), answer.status) };
  } catch {
    return {};
  } finally {
    clearTimeout(timer);
  }
}

/** Send everything of this person that waits, in the order it was made; one run at a time. */
export function flush() {
  flushing ??= sendAll().finally(() => {
    flushing = null;
  });
  return flushing;
}

async function sendAll() {
  let arrived = 0;
  for (const act of await pending()) {
    if (act.problem) continue;
    const sent = await send(act);
    if (sent.arrived) {
      await change((acts) => acts.delete(act.key));
      settle(act, word("marked"));
      arrived += 1;
    } else if (sent.refused) {
      await change((acts) => acts.put({ ...act, problem: sent.sentence }));
    } else {
      break;
    }
  }
  if (arrived) say(word("sent_later", { n: arrived }), "success");
  showPending();
}

/** Where a mark was all there was to give, its button makes room for a word. */
function settle(act, sentence) {
  for (const form of document.forms) {
    if (form.action !== act.address || form.querySelector("textarea")) continue;
    const state = form.previousElementSibling?.matches(".marked-state") ? form.previousElementSibling : make("p", { class: "marked-state", role: "status" });
    state.textContent = sentence;
    form.before(state);
    form.hidden = true;
  }
}

/** The acts of this person that wait, the first one first. */
export async function pending() {
  if (!window.indexedDB || !person()) return [];
  try {
    const all = await change((acts) => acts.getAll());
    const old = all.filter((act) => Date.now() - act.at > FORGOTTEN_AFTER && act.person !== person());
    for (const act of old) await change((acts) => acts.delete(act.key));
    return all.filter((act) => act.person === person()).sort((one, other) => one.at - other.at);
  } catch {
    return [];
  }
}

/** Look after what waits for as long as the page is open. */
export function watch() {
  showPending();
  flush();
  setInterval(async () => {
    if ((await pending()).some((act) => !act.problem)) flush();
  }, AGAIN_AFTER);
}

async function showPending() {
  const acts = await pending();
  document.querySelector(".outbox")?.remove();
  if (!acts.length) return;
  const list = make("ul", { class: "outbox-list" });
  for (const act of acts) {
    const words = act.entries.filter(([name, value]) => ["body", "text"].includes(name) && typeof value === "string").map(([, value]) => value);
    const drop = make("button", { type: "button", class: "btn btn-quiet btn-sm", textContent: word("draft_discard"), onclick: () => change((all) => all.delete(act.key)).then(showPending) });
    list.append(make("li", {}, make("strong", { textContent: act.what }), make("span", { textContent: ` ${words.join(" ")}` }), act.problem ? make("p", { class: "error", textContent: act.problem }) : null, act.problem ? drop : null));
  }
  const notice = make("div", { class: "notice warning outbox", role: "status" }, make("div", {}, make("p", { textContent: word("waiting_to_be_sent", { n: acts.length }) }), list));
  document.querySelector("[data-messages]")?.append(notice);
}

/* The browser's database. */

function change(act) {
  return new Promise((resolve, reject) => {
    const opening = window.indexedDB.open("jianbao-outbox", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("acts", { keyPath: "key" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction("acts", "readwrite");
      const request = act(transaction.objectStore("acts"));
      transaction.oncomplete = () => {
        database.close();
        resolve(request.result);
      };
      transaction.onerror = transaction.onabort = () => {
        database.close();
        reject(transaction.error);
      };
    };
  });
}

function person() {
  return document.body.dataset.person ?? "";
}

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
