// In this file a reader sets the size of the type and turns to the next issue by a key.

import { word } from "./words.js";

const SIZES = [85, 100, 115, 130, 150, 175];

/** Start the tools above an issue; the size is kept in this browser for each person. */
export function start(tools) {
  const group = tools.querySelector(".reading-size");
  const key = `jianbao.type-size.${tools.dataset.person ?? ""}`;
  let size = Number(localStorage.getItem(key)) || 100;

  function show() {
    document.documentElement.style.setProperty("--reading-size", String(size / 100));
    group.querySelector("[data-size-now]").textContent = word("text_size", { n: size });
    group.querySelector('[data-size="smaller"]').disabled = size <= SIZES[0];
    group.querySelector('[data-size="larger"]').disabled = size >= SIZES[SIZES.length - 1];
  }

  group.addEventListener("click", (event) => {
    const wish = event.target.closest("[data-size]")?.dataset.size;
    if (!wish) return;
    size = wish === "larger" ? (SIZES.find((one) => one > size) ?? size) : (SIZES.filter((one) => one < size).pop() ?? size);
    localStorage.setItem(key, String(size));
    show();
  });
  group.hidden = false;
  show();

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, dialog, [contenteditable]") || String(document.getSelection())) return;
    const way = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    if (way) tools.querySelector(`a[rel="${way}"]`)?.click();
  });
}
