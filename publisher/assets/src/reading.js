// In this file a reader sets the size of the type, and turns to the next issue by key or swipe.

import { token } from "./server.js";
import { word } from "./words.js";

const SIZES = [85, 100, 115, 130, 150, 175];
const KEPT_AS = "jianbao.type-size";
/** A swipe goes this far sideways, at most so far up or down, in so many milliseconds. */
const SWIPE = { across: 90, along: 60, within: 700 };

/** Start the tools above an issue; the size is kept with the person, and here while the network is away. */
export function start(tools) {
  startSizes(tools);
  startTurning(tools);
  import("./offline.js").then((module) => module.start());
}

function startSizes(tools) {
  const group = tools.querySelector(".reading-size");
  const page = document.querySelector(".reading-page");
  if (!page) return;
  let size = Number(localStorage.getItem(KEPT_AS)) || Number(tools.dataset.size) || 100;
  if (!SIZES.includes(size)) size = 100;

  function show() {
    page.className = page.className.replace(/\bsize-\d+\b/, `size-${size}`);
    group.querySelector("[data-size-now]").textContent = word("text_size", { n: size });
    group.querySelector('[data-to-size="smaller"]').disabled = size <= SIZES[0];
    group.querySelector('[data-to-size="larger"]').disabled = size >= SIZES[SIZES.length - 1];
  }

  /** What the server did not hear is said again when a page is opened next. */
  function keep() {
    localStorage.setItem(KEPT_AS, String(size));
    if (!tools.dataset.sizeUrl) return;
    const body = new URLSearchParams({ size: String(size) });
    fetch(tools.dataset.sizeUrl, { method: "POST", body, headers: { "X-CSRFToken": token(), "HX-Request": "true" } })
      .then((answer) => answer.ok && !answer.redirected && localStorage.removeItem(KEPT_AS))
      .catch(() => {});
  }

  group.addEventListener("click", (event) => {
    const wish = event.target.closest("[data-to-size]")?.dataset.toSize;
    if (!wish) return;
    size = wish === "larger" ? (SIZES.find((one) => one > size) ?? size) : (SIZES.filter((one) => one < size).pop() ?? size);
    show();
    keep();
  });
  group.hidden = false;
  show();
  if (localStorage.getItem(KEPT_AS)) keep();
}

function startTurning(tools) {
  const turn = (way) => tools.querySelector(`a[rel="${way}"]`)?.click();
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, dialog, canvas, [contenteditable]") || String(document.getSelection())) return;
    const way = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    if (way) turn(way);
  });

  let from = null;
  const field = document.querySelector(".reading-page, [data-swipes]");
  field?.addEventListener("touchstart", (event) => {
    const [touch] = event.touches;
    const alone = event.touches.length === 1 && (window.visualViewport?.scale ?? 1) < 1.05;
    from = alone && !scrollsSideways(event.target, field) ? { x: touch.clientX, y: touch.clientY, at: event.timeStamp } : null;
  }, { passive: true });
  field?.addEventListener("touchcancel", () => { from = null; }, { passive: true });
  field?.addEventListener("touchend", (event) => {
    if (!from || event.touches.length || String(document.getSelection())) return;
    const [touch] = event.changedTouches;
    const across = touch.clientX - from.x;
    const isSwipe = Math.abs(across) > SWIPE.across && Math.abs(touch.clientY - from.y) < SWIPE.along && event.timeStamp - from.at < SWIPE.within;
    from = null;
    if (isSwipe) turn(across < 0 ? "next" : "prev");
  }, { passive: true });
}

/** Whether a finger there moves a wide table, or writes, instead of turning. */
function scrollsSideways(element, field) {
  for (let one = element; one && one !== field; one = one.parentElement) {
    if (one.matches("canvas, button, a, input, textarea") || one.scrollWidth > one.clientWidth + 4) return true;
  }
  return false;
}
