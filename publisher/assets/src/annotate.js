// In this file a reader selects a passage to annotate, and sees what stands on which passage.

import { findPassage, layMarks, passageOf, readBlocks } from "./anchor.js";
import { later, make } from "./make.js";
import { word } from "./words.js";

const SETTLED_AFTER = 180;
const NAMES = ["block", "start", "end", "quote", "prefix", "suffix"];

/** Start a reading page made by `reading.issue`. */
export function start(page) {
  const issue = page.querySelector(".issue");
  const annotations = JSON.parse(page.querySelector("[data-annotations]").textContent);
  for (const annotation of annotations) show(annotation, issue);
  listenToMarks(page);
  if (page.dataset.annotate || page.dataset.instruct) startSelecting(page, issue);
}

/* What stands already. */

function show(annotation, issue) {
  const note = noteOf(annotation.id);
  if (!annotation.quote) return;
  const place = findPassage(annotation, readBlocks(issue));
  if (!place) {
    if (note && !note.querySelector(".note-lost")) {
      note.classList.add("lost");
      note.append(make("p", { class: "note-lost", textContent: word("annotation_lost") }));
    }
    return;
  }
  layMarks(place, issue, (number) => {
    const mark = make("mark", { class: annotation.tone ? `passage ${annotation.tone}` : "passage", "data-passage-of": String(annotation.id) });
    if (number === 0) {
      // One stop for the keyboard; its name says whose words stand on it.
      mark.id = `passage-${annotation.id}`;
      mark.tabIndex = 0;
      mark.title = word("annotation_of", { who: annotation.who ?? "" });
    }
    return mark;
  });
}

function listenToMarks(page) {
  const light = (id, on) => {
    for (const element of document.querySelectorAll(`[data-passage-of="${CSS.escape(id)}"], [data-note="${CSS.escape(id)}"]`)) element.classList.toggle("is-lit", on);
  };
  const follow = (mark) => {
    const note = noteOf(mark.dataset.passageOf);
    note?.scrollIntoView({ block: "nearest", behavior: "smooth" });
    for (const lit of document.querySelectorAll(".is-lit")) lit.classList.remove("is-lit");
    light(mark.dataset.passageOf, true);
  };
  page.addEventListener("click", (event) => {
    const mark = event.target.closest("mark.passage");
    if (mark && document.getSelection().isCollapsed) follow(mark);
  });
  page.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("mark.passage")) follow(event.target);
  });
  for (const [name, on] of [["mouseover", true], ["mouseout", false]]) {
    document.addEventListener(name, (event) => {
      const id = event.target.closest?.("[data-passage-of]")?.dataset.passageOf ?? event.target.closest?.("[data-note]")?.dataset.note;
      if (id) light(id, on);
    });
  }
}

function noteOf(id) {
  return document.querySelector(`[data-note="${CSS.escape(String(id))}"]`);
}

/* What is selected now. */

function startSelecting(page, issue) {
  const bar = page.querySelector(".passage-bar");
  let passage = null;

  const look = later(() => {
    const selection = document.getSelection();
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    const found = range && range.intersectsNode(issue) ? passageOf(range, issue) : null;
    if (!found) {
      if (!bar.contains(document.activeElement)) bar.hidden = true;
      return;
    }
    passage = found;
    bar.hidden = false;
    place(bar, range, page);
  }, SETTLED_AFTER);

  document.addEventListener("selectionchange", look);
  window.addEventListener("resize", () => {
    bar.hidden = true;
  });
  bar.addEventListener("pointerdown", (event) => event.preventDefault());
  bar.addEventListener("click", (event) => {
    const wish = event.target.closest("[data-passage]")?.dataset.passage;
    if (!wish || !passage) return;
    fill(document.getElementById(page.dataset[wish]), passage);
    bar.hidden = true;
    document.getSelection().removeAllRanges();
  });
  page.addEventListener("keydown", (event) => {
    if (event.key === "Escape") bar.hidden = true;
  });
  for (const form of [page.dataset.annotate, page.dataset.instruct].map((id) => document.getElementById(id))) {
    form?.querySelector("[data-passage-clear]")?.addEventListener("click", () => clear(form));
    if (form && valueOf(form, "quote")) showQuote(form, valueOf(form, "quote"));
  }
}

/** Above the passage for a mouse, below it for a finger: touch screens put their own menu above. */
function place(bar, range, page) {
  const box = range.getBoundingClientRect();
  const frame = page.getBoundingClientRect();
  const coarse = window.matchMedia("(pointer: coarse)").matches;
  const below = coarse || box.top < bar.offsetHeight + 70;
  const left = box.left + box.width / 2 - frame.left - bar.offsetWidth / 2;
  bar.style.left = `${Math.max(4, Math.min(left, frame.width - bar.offsetWidth - 4))}px`;
  bar.style.top = `${below ? box.bottom - frame.top + (coarse ? 28 : 10) : box.top - frame.top - bar.offsetHeight - 10}px`;
}

function fill(form, passage) {
  if (!form) return;
  for (const name of NAMES) {
    const input = form.elements.namedItem(name);
    if (input) input.value = String(passage[name]);
  }
  showQuote(form, passage.quote);
  open(form);
  form.scrollIntoView({ block: "nearest", behavior: "smooth" });
  form.querySelector("textarea, input:not([type='hidden']), select")?.focus({ preventScroll: true });
}

function clear(form) {
  for (const name of NAMES) {
    const input = form.elements.namedItem(name);
    if (input) input.value = "";
  }
  form.querySelector("[data-passage-quote]").hidden = true;
  form.querySelector("textarea")?.focus();
}

function showQuote(form, quote) {
  const box = form.querySelector("[data-passage-quote]");
  if (!box) return;
  box.hidden = false;
  box.querySelector("blockquote").textContent = quote;
  box.querySelector("[data-passage-clear]").hidden = false;
}

/** Show the form wherever it stands: in a dialog, a fold, or hidden. */
function open(form) {
  for (let element = form; element; element = element.parentElement) {
    if (element.hidden) element.hidden = false;
    if (element instanceof HTMLDetailsElement) element.open = true;
    if (typeof HTMLDialogElement !== "undefined" && element instanceof HTMLDialogElement && !element.open) element.showModal();
  }
}

function valueOf(form, name) {
  return form.elements.namedItem(name)?.value ?? "";
}
