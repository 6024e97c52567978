// In this file the search box proposes how a word may go on: fields, their values, names and words.

import { word } from "./words.js";

const PAUSE = 160;

/** Start the box inside `line`; the server proposes only out of what the reader may see. */
export function start(line) {
  const box = line.querySelector("input");
  const list = document.createElement("ul");
  list.className = "proposals";
  list.id = "search-proposals";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", word("proposals"));
  list.hidden = true;
  line.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) {
    box.setAttribute(name, value);
  }
  let chosen = -1;
  let timer = 0;
  let asking = null;

  function close() {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function show(proposals) {
    list.replaceChildren(...proposals.map((one, place) => entry(one, place)));
    list.hidden = !proposals.length;
    chosen = -1;
    box.setAttribute("aria-expanded", String(!list.hidden));
  }

  function entry(one, place) {
    const item = document.createElement("li");
    item.id = `proposal-${place}`;
    item.setAttribute("role", "option");
    item.dataset.whole = one.whole;
    const text = document.createElement("span");
    text.textContent = one.text;
    item.append(text);
    if (one.count) {
      const count = document.createElement("span");
      count.className = "count";
      count.textContent = one.count;
      item.append(count);
    }
    return item;
  }

  function take(item) {
    box.value = item.dataset.whole;
    close();
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
    if (box.value.endsWith(":")) ask();
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const typed = box.value.slice(0, box.selectionStart ?? box.value.length);
    const rest = box.value.slice(typed.length);
    if (rest.trim()) return close();
    try {
      const answer = await fetch(`${line.dataset.url}?q=${encodeURIComponent(typed.slice(-120))}`, { signal: asking.signal, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return close();
      const before = typed.slice(0, -120);
      show((await answer.json()).map((one) => ({ ...one, whole: before + one.whole })));
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  function move(step) {
    const items = [...list.children];
    chosen = (chosen + step + items.length + 1) % (items.length + 1);
    items.forEach((item, place) => item.setAttribute("aria-selected", String(place === chosen)));
    const item = items[chosen];
    if (item) box.setAttribute("aria-activedescendant", item.id);
    else box.removeAttribute("aria-activedescendant");
    item?.scrollIntoView({ block: "nearest" });
  }

  box.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, PAUSE);
  });
  box.addEventListener("compositionend", () => {
    timer = setTimeout(ask, PAUSE);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if ((event.key === "Enter" || event.key === "Tab") && list.children[chosen]) {
      event.preventDefault();
      take(list.children[chosen]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
  box.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => {
    const item = event.target.closest("li");
    if (!item) return;
    event.preventDefault();
    take(item);
  });
}
