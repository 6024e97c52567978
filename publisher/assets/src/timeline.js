// In this file a stretch of time is chosen on the bars above the hits, by dragging or by keys.
//
// Every bar is a link to its own month or year, so that all works without this script as well.

import { word } from "./words.js";

/** Start the figure of a timeline. */
export function start(figure) {
  const bars = [...figure.querySelectorAll("a[data-since]")];
  let from = -1;
  let to = -1;
  let dragged = false;
  const told = figure.querySelector("[data-choosing]");

  function paint() {
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    const counted = bars.slice(low, high + 1).reduce((sum, bar) => sum + Number(bar.dataset.count), 0);
    const ends = [...new Set([bars[low].dataset.since, bars[high].dataset.since])];
    told.textContent = word("timeline_choosing", { when: ends.join(" — "), n: counted });
    told.classList.add("choosing");
    bars.forEach((bar, place) => bar.querySelector(".bar").classList.toggle("chosen", place >= low && place <= high));
  }

  function go() {
    const address = new URL(location.href);
    address.searchParams.set("since", bars[Math.min(from, to)].dataset.since);
    address.searchParams.set("until", bars[Math.max(from, to)].dataset.since);
    address.searchParams.delete("page");
    location.assign(address);
  }

  function placeOf(event) {
    const box = figure.querySelector("svg").getBoundingClientRect();
    return Math.max(0, Math.min(bars.length - 1, Math.floor(((event.clientX - box.left) / box.width) * bars.length)));
  }

  const svg = figure.querySelector("svg");
  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    from = to = placeOf(event);
    dragged = false;
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (from < 0 || !svg.hasPointerCapture(event.pointerId)) return;
    to = placeOf(event);
    dragged ||= to !== from;
    if (dragged) paint();
  });
  svg.addEventListener("pointerup", (event) => {
    if (from < 0) return;
    svg.releasePointerCapture(event.pointerId);
    to = placeOf(event);
    go();
  });
  svg.addEventListener("pointercancel", () => {
    from = -1;
  });
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("click", (event) => {
    if (event.detail) event.preventDefault();
  });

  // One bar is reached by Tab; arrows go on from it, with Shift they take the bars between along.
  bars.forEach((bar, place) => bar.setAttribute("tabindex", place ? "-1" : "0"));
  svg.addEventListener("keydown", (event) => {
    const here = bars.indexOf(event.target.closest("a"));
    if (here < 0) return;
    if (event.key === "Enter" && from >= 0 && from !== to) {
      event.preventDefault();
      go();
      return;
    }
    const next = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: bars.length - 1 }[event.key];
    if (next === undefined || !bars[next]) return;
    event.preventDefault();
    bars[here].setAttribute("tabindex", "-1");
    bars[next].setAttribute("tabindex", "0");
    bars[next].focus();
    from = event.shiftKey ? (from < 0 ? here : from) : next;
    to = next;
    paint();
  });
}
