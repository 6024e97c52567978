// In this file the articles of an issue are put in order, by dragging, by keys and by buttons.

import Sortable from "sortablejs";

import { holdBack, later, make } from "./make.js";
import { post } from "./server.js";
import { word } from "./words.js";

const SAVED_AFTER = 250;

/** Start a board made by `arrange.board`. */
export function start(board) {
  const lists = [...board.querySelectorAll(".arrange-list")];
  const sections = lists.filter((list) => "section" in list.dataset);
  const pool = lists.find((list) => "pool" in list.dataset);
  const state = board.querySelector("[data-order-state]");
  const announce = board.querySelector("[data-announce]");
  let version = Number(board.dataset.version);
  let changed = 0;
  let saving = false;

  const save = later(async () => {
    if (saving) return;
    saving = true;
    const upTo = changed;
    tell("saving", word("order_saving"));
    try {
      version = JSON.parse(await post(board.dataset.orderUrl, { version, sections: order() }, { json: true })).version;
      saving = false;
      if (changed > upTo) {
        save();
        return;
      }
      changed = 0;
      tell("saved", word("order_saved"));
      board.dispatchEvent(new CustomEvent("jianbao:ordered", { bubbles: true, detail: { version } }));
    } catch (error) {
      saving = false;
      failed(error);
    }
  }, SAVED_AFTER);

  function order() {
    return sections.map((list) => ({ title: list.dataset.section, items: entriesOf(list).map((entry) => Number(entry.dataset.item)) }));
  }

  function tell(kind, sentence, ...more) {
    state.className = kind;
    state.replaceChildren(sentence, ...more);
  }

  function failed(error) {
    const overtaken = error.status >= 400;
    const button = make("button", {
      type: "button",
      class: "btn btn-secondary btn-sm",
      textContent: word(overtaken ? "reload" : "again"),
      onclick: () => {
        if (!overtaken) save.now();
        else {
          changed = 0;
          window.location.reload();
        }
      },
    });
    tell("failed", `${word("order_failed")} — ${error.message} `, button);
  }

  function moved(entry, from) {
    const list = entry.parentElement;
    const values = { title: entry.dataset.name, section: list.dataset.title, place: entriesOf(list).indexOf(entry) + 1 };
    announce.textContent = word(list === pool ? "unplaced" : from === pool ? "placed" : "moved", values);
    changed += 1;
    settle();
    save();
  }

  function settle() {
    for (const list of lists) {
      const count = entriesOf(list).length;
      list.parentElement.querySelector(".arrange-empty").hidden = count > 0;
      if (list === pool) {
        const figure = list.parentElement.querySelector("[data-pool-count]");
        if (figure) figure.textContent = String(count);
      }
    }
  }

  function put(entry, list, before = null) {
    const from = entry.parentElement;
    list.insertBefore(entry, before);
    if (from !== pool && list !== pool) {
      const select = entry.querySelector("[data-places] select");
      if (select) select.value = list.dataset.section;
    }
    moved(entry, from);
  }

  function step(entry, down) {
    const list = entry.parentElement;
    if (list === pool) return;
    const near = down ? entry.nextElementSibling : entry.previousElementSibling;
    const focused = document.activeElement;
    if (near) put(entry, list, down ? near.nextElementSibling : near);
    else {
      const neighbour = sections[sections.indexOf(list) + (down ? 1 : -1)];
      if (!neighbour) {
        announce.textContent = word("at_edge");
        return;
      }
      put(entry, neighbour, down ? neighbour.firstElementChild : null);
    }
    (entry.contains(focused) ? focused : entry).focus();
  }

  board.addEventListener("submit", (event) => {
    const entry = event.target.closest(".arrange-entry");
    if (!entry) return;
    event.preventDefault();
    if ("steps" in event.target.dataset) step(entry, event.submitter?.value === "down");
    else if ("unplaces" in event.target.dataset) {
      put(entry, pool, pool.firstElementChild);
      entry.focus();
    } else if ("places" in event.target.dataset) {
      const wanted = event.target.elements.section.value;
      put(entry, sections.find((list) => list.dataset.section === wanted) ?? sections[0]);
      entry.focus();
    }
  });

  board.addEventListener("keydown", (event) => {
    const entry = event.target.closest(".arrange-entry");
    if (!entry || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    step(entry, event.key === "ArrowDown");
  });

  for (const list of lists) {
    Sortable.create(list, {
      group: "articles",
      draggable: ".arrange-entry",
      filter: "button, select, input",
      preventOnFilter: false,
      animation: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 130,
      delay: 180,
      delayOnTouchOnly: true,
      ghostClass: "is-ghost",
      chosenClass: "is-chosen",
      emptyInsertThreshold: 24,
      onEnd: ({ item, from, to, oldDraggableIndex, newDraggableIndex }) => {
        if (from !== to || oldDraggableIndex !== newDraggableIndex) moved(item, from);
      },
    });
  }

  window.addEventListener("beforeunload", (event) => {
    if (changed) holdBack(event);
  });
  board.querySelector("[data-arrange-help]").hidden = false;
  board.classList.add("is-live");
  settle();
}

function entriesOf(list) {
  return [...list.querySelectorAll(":scope > .arrange-entry")];
}
