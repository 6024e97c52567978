// In this file every page starts: htmx with its token, menus, forms pressed once, and the page's modules.

import htmx from "htmx.org";

import { ask, init as initConfirm } from "./confirm.js";
import { dropAllDrafts, settleDrafts } from "./drafts.js";
import { say } from "./messages.js";
import { sentenceOf, token } from "./server.js";
import { word } from "./words.js";

const MODULES = {
  annotate: () => import("./annotate.js"),
  arrange: () => import("./arrange.js"),
  editor: () => import("./editor.js"),
  hits: () => import("./hits.js"),
  outbox: () => import("./outbox.js"),
  layout: () => import("./layout.js"),
  find: () => import("./find.js"),
  pages: () => import("./pages.js"),
  pen: () => import("./pen.js"),
  phrases: () => import("./phrases.js"),
  reading: () => import("./reading.js"),
  sections: () => import("./sections.js"),
  suggest: () => import("./suggest.js"),
  timeline: () => import("./timeline.js"),
  upload: () => import("./upload.js"),
};
const ASKS = "[data-module], select[data-sections]";
const ANSWER_AWAITED = 10000;
const started = new WeakSet();

/** Start the modules that elements of `root` ask for; fulfilled when all of them have come. */
function start(root) {
  const asking = [...root.querySelectorAll(ASKS)];
  if (root.matches?.(ASKS)) asking.unshift(root);
  const fresh = asking.filter((element) => !started.has(element));
  return Promise.all(
    fresh.map(async (element) => {
      started.add(element);
      const module = await MODULES[element.dataset.module ?? "sections"]?.();
      module?.start(element);
    }),
  );
}

function initNavigation() {
  const button = document.querySelector("[data-opens-navigation]");
  button?.addEventListener("click", () => {
    const open = document.querySelector("[data-page]").classList.toggle("nav-open");
    button.setAttribute("aria-expanded", String(open));
  });
}

function initMenus() {
  const close = (menu) => menu.removeAttribute("open");
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("[data-menu][open]")) {
      if (!menu.contains(event.target)) close(menu);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("[data-menu][open]")) {
      close(menu);
      menu.querySelector("summary").focus();
    }
  });
}

/** An issue opened from the hits of a search shows the words that were searched for. */
function initFound() {
  const issue = document.querySelector(".issue");
  const words = new URLSearchParams(location.search).get("mark");
  if (issue && words) import("./found.js").then((module) => module.markFound(issue, words));
}

/** The text before a button is copied: by way of a selection, for plain HTTP knows no other. */
function initCopies() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    getSelection().selectAllChildren(button.previousElementSibling);
    if (document.execCommand("copy")) button.textContent = word("copied");
  });
}

/** A form is sent once: its buttons are dead until the answer comes or has been awaited long enough. */
function initOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("once" in form.dataset) || event.defaultPrevented) return;
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
    setTimeout(() => form.removeAttribute("aria-busy"), ANSWER_AWAITED);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
  });
}

function initHtmx() {
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = token();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    const text = xhr.responseText.trimStart();
    if (/^<!doctype/i.test(text)) {
      // A whole page came where a part was asked for: the session has ended, or the act led elsewhere.
      event.detail.shouldSwap = false;
      event.detail.isError = false;
      if (event.detail.requestConfig.verb === "get") say(word("session_ended"), "warning");
      else window.location.assign(xhr.responseURL);
    } else if (xhr.status >= 400) {
      event.detail.isError = false;
      event.detail.shouldSwap = text.startsWith("<");
      if (!event.detail.shouldSwap) say(sentenceOf(text, xhr.status));
    }
  });
  document.addEventListener("htmx:sendError", () => say(word("send_failed")));
  document.addEventListener("htmx:timeout", () => say(word("send_failed")));
  htmx.onLoad((element) => void start(element));
}

function initWaysBack() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-goes-back]");
    if (link && document.referrer.startsWith(window.location.origin) && window.history.length > 1) {
      event.preventDefault();
      window.history.back();
    }
  });
}

/** Nothing of what was read stays in the browser of somebody who has signed out. */
function initLeaving() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!("forgetsDrafts" in form.dataset)) return;
    dropAllDrafts();
    event.preventDefault();
    try {
      const { leave } = await import("./offline.js");
      const unsent = (n) => ask(word("leave_unsent", { n }), { label: word("leave_anyway"), tone: "danger" });
      if (!(await leave(unsent))) return;
    } catch {
      // Browsers without these stores keep nothing.
    }
    form.submit();
  });
  if (!document.body.dataset.person) import("./offline.js").then((module) => module.forgetIssues()).catch(() => {});
}

initConfirm();
initNavigation();
initMenus();
initOnce();
initHtmx();
initWaysBack();
initFound();
initCopies();
initLeaving();
settleDrafts(document);
start(document).then(() => document.documentElement.toggleAttribute("data-started", true));
document.querySelector("[data-errors]")?.focus();
