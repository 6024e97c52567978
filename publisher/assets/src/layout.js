// In this file the page of a layout shows true pages of what is typed, never older ones over newer.

import { post, Refused, token } from "./server.js";
import { word } from "./words.js";

const QUIET = 700;
const POLL = 900;
const EXAMPLE = { number: "12", total: "1487", year: "2026", n: "85" };

/** Start the form of a layout: `data-preview` is where its draft is sent. */
export function start(form) {
  const pages = document.querySelector("[data-preview-pages]");
  const status = document.querySelector("[data-preview-status]");
  const button = form.querySelector("[data-preview-button]");
  let newest = 0;
  let timer = 0;
  let asking = null;

  /** What came for one asking; an answer to an older asking is let go. */
  function take(text, mine) {
    if (mine !== newest) return;
    const answer = document.createRange().createContextualFragment(text).querySelector("[data-preview-answer]");
    if (!answer) return;
    const { state, poll, step } = answer.dataset;
    tell(state === "wrong" ? JSON.parse(answer.dataset.faults) : {});
    // Pages that are shown stay until newer ones are there.
    const shown = pages.querySelector(".sheets") !== null;
    if (state !== "waiting" || "hasPages" in answer.dataset || !shown) show(answer);
    status.textContent = state === "waiting" ? step : "";
    pages.classList.toggle("is-old", state === "waiting" && !("hasPages" in answer.dataset) && shown);
    if (state === "waiting") timer = setTimeout(() => follow(poll, mine), POLL);
  }

  function show(answer) {
    const before = pages.querySelector(".sheets-scroll")?.scrollTop ?? 0;
    pages.replaceChildren(answer);
    const scroll = pages.querySelector(".sheets-scroll");
    if (scroll) scroll.scrollTop = before;
    pages.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: pages } }));
  }

  async function follow(address, mine) {
    if (mine !== newest) return;
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true", "X-CSRFToken": token() }, credentials: "same-origin" });
      if (answer.ok && !answer.redirected) take(await answer.text(), mine);
      else fail(word("preview_failed"), mine);
    } catch {
      fail(word("send_failed"), mine);
    }
  }

  async function ask() {
    clearTimeout(timer);
    asking?.abort();
    asking = new AbortController();
    const mine = ++newest;
    status.textContent = word("preview_making");
    const sent = new FormData(form);
    sent.delete("do");
    try {
      take(await post(form.dataset.preview, sent, { signal: asking.signal }), mine);
    } catch (error) {
      if (error.name === "AbortError") return;
      fail(error instanceof Refused ? error.message : word("preview_failed"), mine);
    }
  }

  function fail(sentence, mine) {
    if (mine !== newest) return;
    status.textContent = sentence;
  }

  function soon() {
    clearTimeout(timer);
    newest += 1;
    timer = setTimeout(ask, QUIET);
  }

  /** Put each reason beside its field, and take away those that hold no more. */
  function tell(faults) {
    for (const place of form.querySelectorAll("[data-setting]")) {
      const reason = faults[place.dataset.setting] ?? "";
      const shown = place.querySelector("[data-reason]");
      place.classList.toggle("wrong", reason !== "");
      shown.hidden = reason === "";
      shown.querySelector("span").textContent = reason;
      const input = place.querySelector("input, select, textarea");
      if (reason) input?.setAttribute("aria-invalid", "true");
      else input?.removeAttribute("aria-invalid");
    }
  }

  /** What is typed shows beside its field at once, and on the pages soon. */
  function takeIn(target) {
    if (target.dataset.colorOf) form.querySelector(`#${target.dataset.colorOf}`).value = target.value;
    const color = form.querySelector(`[data-color-of="${target.id}"]`);
    if (target.id && color && /^#[0-9a-fA-F]{6}$/.test(target.value)) color.value = target.value;
    const example = target.id ? form.querySelector(`[data-example="${target.id}"]`) : null;
    if (example) example.textContent = target.value.replace(/\{(\w+)\}/g, (all, name) => EXAMPLE[name] ?? all);
    soon();
  }

  form.addEventListener("input", (event) => takeIn(event.target));
  document.querySelector("[data-word]")?.addEventListener("change", ask);
  button?.addEventListener("click", (event) => {
    event.preventDefault();
    ask();
  });
  const typed = [...form.elements].filter(
    (one) => one.type !== "color" && one.defaultValue !== undefined && (one.value !== one.defaultValue || one.checked !== one.defaultChecked),
  );
  const first = pages.querySelector('[data-preview-answer][data-state="waiting"]');
  // Somebody may have typed before this script was there.
  if (typed.length > 0) typed.forEach(takeIn);
  else if (first) {
    status.textContent = first.dataset.step;
    timer = setTimeout(() => follow(first.dataset.poll, newest), POLL);
  }
}
