// In this file the words of a search are marked in an issue that was opened from its hits.
//
// Marks are painted by the browser (CSS Custom Highlight), so that no text is taken apart: passages
// that are annotated keep their places.

import { readBlocks } from "./anchor.js";

const LONGEST = 60;
const MOST = 20;

/** Mark the words in the address; the first in the article opened is brought into view. */
export function markFound(issue, words) {
  if (!("highlights" in CSS)) return;
  const wanted = words.split(/\s+/).filter(Boolean).slice(0, MOST).map((one) => one.slice(0, LONGEST).toLowerCase());
  const opened = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  const ranges = [];
  let first = null;
  for (const block of readBlocks(issue)) {
    for (const one of wanted) {
      for (const range of rangesOf(block, one)) {
        ranges.push(range);
        if (!first && (!opened || opened.contains(range.startContainer))) first = range;
      }
    }
  }
  CSS.highlights.set("found", new Highlight(...ranges));
  first?.startContainer.parentElement.scrollIntoView({ block: "center" });
}

/** Where a word stands in a block, punctuation and spaces within it left aside. */
function rangesOf(block, wanted) {
  const places = [];
  let plain = "";
  for (let at = 0; at < block.text.length; at += 1) {
    const sign = block.text[at].toLowerCase();
    if (/[\p{L}\p{N}]/u.test(sign)) {
      plain += sign;
      places.push(at);
    }
  }
  const parts = wanted.split(/[*?]+/).map((part) => part.replace(/[^\p{L}\p{N}]/gu, "")).filter((part) => part);
  const found = [];
  for (const part of parts) {
    for (let at = plain.indexOf(part); at >= 0; at = plain.indexOf(part, at + part.length)) {
      found.push(rangeOf(block, places[at], places[at + part.length - 1] + 1));
    }
  }
  return found.filter(Boolean);
}

function rangeOf(block, from, to) {
  const range = document.createRange();
  let passed = 0;
  let begun = false;
  for (const node of block.nodes) {
    const end = passed + node.data.length;
    if (!begun && from < end) {
      range.setStart(node, from - passed);
      begun = true;
    }
    if (begun && to <= end) {
      range.setEnd(node, to - passed);
      return range;
    }
    passed = end;
  }
  return null;
}
