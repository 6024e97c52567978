// In this file a researcher goes through the hits by keys, with the record beside them.
//
// j and k go down and up, space shows the record, Escape puts it away, Enter opens it, t tells its
// story, / leads to the box. Where there is no room beside the hits, space opens the record's own page.

import { word } from "./words.js";

/** Start the list of hits. */
export function start(list) {
  const hits = [...list.querySelectorAll("[data-hit]")];
  const beside = document.getElementById("preview");
  let at = -1;
  let asking = null;

  function choose(place) {
    if (place < 0 || place >= hits.length) return;
    hits[at]?.classList.remove("current");
    at = place;
    hits[at].classList.add("current");
    hits[at].querySelector("a").focus({ preventScroll: true });
    hits[at].scrollIntoView({ block: "nearest" });
    if (hasRoom() && beside.childElementCount) preview(at);
  }

  const hasRoom = () => beside && getComputedStyle(beside).position === "sticky";

  function show(place) {
    if (hasRoom()) preview(place);
    else location.assign(hits[place].dataset.preview);
  }

  async function preview(place) {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(hits[place].dataset.preview, { signal: asking.signal, headers: { "HX-Request": "true" }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      beside.replaceChildren(...page.body.childNodes);
      beside.querySelector("mark")?.scrollIntoView({ block: "nearest" });
      window.scrollTo({ top: window.scrollY });
    } catch (error) {
      if (error.name !== "AbortError") beside.textContent = word("preview_failed");
    }
  }

  list.addEventListener("click", (event) => {
    const link = event.target.closest("[data-opens-preview]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !hasRoom()) return;
    event.preventDefault();
    const place = hits.indexOf(link.closest("[data-hit]"));
    hits[at]?.classList.remove("current");
    at = place;
    hits[at].classList.add("current");
    preview(at);
  });

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, dialog, [contenteditable], svg")) return;
    const act = {
      j: () => choose(at + 1),
      k: () => choose(at - 1),
      t: () => hits[at]?.querySelector("[data-story]")?.click(),
      " ": () => show(at),
      Escape: () => beside?.replaceChildren(),
      "/": () => {
        const box = document.getElementById("search-words") ?? document.querySelector("input[type=search]");
        box.focus();
        box.select();
      },
    }[event.key];
    if (!act || (event.key === " " && (at < 0 || event.target.closest("summary, button, .preview-text")))) return;
    event.preventDefault();
    act();
  });
}
