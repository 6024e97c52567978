// In this file a text is written in Markdown: toolbar, live preview, Ctrl+S, draft, unsaved changes.

import { ask, press } from "./confirm.js";
import { dropDraft, keepDraft, readDraft } from "./drafts.js";
import { holdBack, later, make } from "./make.js";
import { post } from "./server.js";
import { word } from "./words.js";

const PREVIEWED_AFTER = 450;
const KEPT_AFTER = 1200;
const KEPT_CONTROLS = 'input:not([type="hidden"]):not([type="password"]):not([type="file"]), textarea, select';

/** Start an editor made by `forms.editor`. */
export function start(field) {
  const text = field.querySelector("textarea");
  const writing = { field, text, form: text.form, composing: false };
  text.addEventListener("compositionstart", () => {
    writing.composing = true;
  });
  text.addEventListener("compositionend", () => {
    writing.composing = false;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
  for (const part of field.querySelectorAll(".editor-tools, .editor-foot")) part.hidden = false;
  startTools(writing);
  startPreview(writing);
  startCount(writing);
  startKeeping(writing);
}

/* Toolbar. */

function startTools({ field, text, form }) {
  const photos = JSON.parse(field.dataset.photos || "[]");
  const acts = {
    heading: () => cycleHeading(text),
    bold: () => wrap(text, "**", word("bold_text")),
    list: () => markLines(text, /^- /, () => "- "),
    numbers: () => markLines(text, /^\d+\. /, (place) => `${place + 1}. `),
    table: () => insertBlock(text, `${word("table_text")}\n| --- | --- | --- |\n|  |  |  |\n|  |  |  |`),
    photo: () => insertPhoto(text, photos),
    undo: () => command(text, "undo"),
    redo: () => command(text, "redo"),
  };
  const tools = field.querySelector(".editor-tools");
  tools.addEventListener("mousedown", (event) => {
    // The text keeps its selection while a tool is pressed.
    if (event.target.closest("[data-tool]")) event.preventDefault();
  });
  tools.addEventListener("click", (event) => acts[event.target.closest("[data-tool]")?.dataset.tool]?.());
  tools.addEventListener("keydown", (event) => walk(tools, event));
  const buttons = [...tools.querySelectorAll("[data-tool]")];
  for (const button of buttons.slice(1)) button.tabIndex = -1;

  field.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
    const key = event.key.toLowerCase();
    if (key === "s") {
      event.preventDefault();
      press(form, form.querySelector('[type="submit"], button:not([type])'));
    } else if (key === "b" && event.target === text) {
      event.preventDefault();
      acts.bold();
    }
  });
}

/** Arrow keys walk a toolbar, as WAI-ARIA has it. */
function walk(tools, event) {
  const buttons = [...tools.querySelectorAll("[data-tool]")];
  const here = buttons.indexOf(document.activeElement);
  const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (to === undefined || here < 0) return;
  event.preventDefault();
  const next = buttons[(to + buttons.length) % buttons.length];
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
}

/** Type `given` over the selection so that the browser's own undo knows of it. */
function type(text, given) {
  text.focus();
  // execCommand is old, but the only way into the undo history of a textarea.
  if (!document.execCommand("insertText", false, given)) {
    text.setRangeText(given, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function command(text, name) {
  text.focus();
  document.execCommand(name);
}

function wrap(text, mark, sample) {
  const { selectionStart: from, selectionEnd: to, value } = text;
  const chosen = value.slice(from, to);
  const length = mark.length;
  if (value.slice(from - length, from) === mark && value.slice(to, to + length) === mark) {
    text.setSelectionRange(from - length, to + length);
    type(text, chosen);
    text.setSelectionRange(from - length, to - length);
    return;
  }
  const inner = chosen.trim() || sample;
  const before = chosen.slice(0, chosen.length - chosen.trimStart().length);
  type(text, `${before}${mark}${inner}${mark}${chosen.trim() ? chosen.slice(chosen.trimEnd().length) : ""}`);
  const first = from + before.length + length;
  text.setSelectionRange(first, first + inner.length);
}

/** Select whole lines and give them back. */
function lines(text) {
  const from = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
  const found = text.value.indexOf("\n", Math.max(text.selectionEnd - (text.selectionEnd > text.selectionStart ? 1 : 0), from));
  const to = found < 0 ? text.value.length : found;
  text.setSelectionRange(from, to);
  return text.value.slice(from, to).split("\n");
}

function markLines(text, known, mark) {
  const chosen = lines(text);
  const filled = chosen.filter((line) => line.trim());
  const marked = filled.length > 0 && filled.every((line) => known.test(line));
  let place = 0;
  const result = chosen.map((line) => {
    if (marked) return line.replace(known, "");
    if (!line.trim() && chosen.length > 1) return line;
    return mark(place++) + (line.replace(/^(- |\d+\. )/, "") || word("list_text"));
  });
  type(text, result.join("\n"));
}

function cycleHeading(text) {
  const [first] = lines(text).slice(0, 1);
  text.setSelectionRange(text.selectionStart, text.selectionStart + first.length);
  const level = /^#{1,6}(?= )/.exec(first)?.[0].length ?? 0;
  const words = first.replace(/^#{1,6} +/, "") || word("heading_text");
  type(text, level === 0 ? `## ${words}` : level < 4 ? `${"#".repeat(level + 1)} ${words}` : words);
}

/** Type `block` as a paragraph of its own. */
function insertBlock(text, block) {
  const before = text.value.slice(0, text.selectionStart);
  const after = text.value.slice(text.selectionEnd);
  const lead = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  type(text, lead + block + tail);
}

async function insertPhoto(text, photos) {
  const { selectionStart, selectionEnd } = text;
  if (!photos.length) {
    await ask(word("photo_none"), { label: word("close") });
    return;
  }
  const choices = photos.map((photo, place) =>
    make(
      "label",
      { class: "photo-choice" },
      make("input", { type: "radio", name: "photo", class: "form-check-input", value: String(place), checked: place === 0 }),
      make("img", { src: photo.url, alt: "", loading: "lazy" }),
      make("span", { textContent: photo.caption || String(photo.key) }),
    ),
  );
  const detail = make("div", { class: "photo-choices", role: "radiogroup", "aria-label": word("photo_choose") }, ...choices);
  const answer = await ask(word("photo_choose"), { label: word("insert"), detail });
  const chosen = photos[Number(detail.querySelector("input:checked")?.value)];
  if (answer === null || !chosen) return;
  text.focus();
  text.setSelectionRange(selectionStart, selectionEnd);
  const caption = (chosen.caption || "").replace(/[[\]\r\n]/g, " ").trim();
  insertBlock(text, `![${caption}](photo:${chosen.key})`);
}

/* Preview. */

function startPreview(writing) {
  const { field, text } = writing;
  const pane = field.querySelector(".editor-preview");
  const page = pane.querySelector(".issue");
  const button = field.querySelector('[data-tool="preview"]');
  const also = JSON.parse(field.dataset.previewFields || "{}");
  let asked = null;
  let shown = null;

  const refresh = later(async () => {
    if (writing.composing || pane.hidden || shown === text.value) return;
    asked?.abort();
    asked = new AbortController();
    const value = text.value;
    const body = new FormData();
    body.set("body", value);
    for (const [name, one] of Object.entries(also)) body.set(name, one);
    try {
      const html = value.trim() ? await post(field.dataset.previewUrl, body, { signal: asked.signal }) : "";
      shown = value;
      if (html) page.innerHTML = html;
      else page.replaceChildren(make("p", { class: "preview-empty", textContent: word("preview_empty") }));
      pane.classList.remove("is-old");
      follow();
    } catch (error) {
      if (error.name === "AbortError") return;
      pane.classList.add("is-old");
      if (shown === null) page.replaceChildren(make("p", { class: "preview-empty", textContent: `${word("preview_failed")}${error.message}` }));
    }
  }, PREVIEWED_AFTER);

  /** The preview stands at the same part of the text as the writer. */
  function follow() {
    const room = text.scrollHeight - text.clientHeight;
    if (room > 0) pane.scrollTop = (text.scrollTop / room) * (pane.scrollHeight - pane.clientHeight);
  }

  function open(wanted) {
    pane.hidden = !wanted;
    field.classList.toggle("with-preview", wanted);
    button.setAttribute("aria-pressed", String(wanted));
    if (wanted) refresh.now();
  }

  text.addEventListener("input", refresh);
  text.addEventListener("scroll", follow, { passive: true });
  button.addEventListener("click", () => open(pane.hidden));
  open(window.innerWidth >= 720);
}

/* Count, draft, unsaved changes. */

function startCount({ field, text }) {
  const count = field.querySelector("[data-count]");
  const show = () => {
    const letters = text.value.replace(/[#*|>\-\s]|!\[[^\]]*\]\([^)]*\)/g, "");
    count.textContent = word("characters", { n: [...letters].length });
  };
  text.addEventListener("input", later(show, 200));
  show();
}

function startKeeping({ field, form }) {
  const status = field.querySelector("[data-status]");
  const name = field.dataset.draft;
  // What the server wrote, not what stands there now: somebody may type before this arrives.
  const before = JSON.stringify(valuesOf(form, asWritten));
  let sent = false;
  const refused = form.querySelector("[data-errors]") !== null;
  const isChanged = () => refused || JSON.stringify(valuesOf(form)) !== before;

  const keep = later(() => {
    if (!isChanged()) return;
    const kept = name && keepDraft(name, { values: valuesOf(form), at: new Date().toISOString(), sent: false });
    status.textContent = word(kept ? "draft_kept" : "unsaved");
  }, KEPT_AFTER);
  form.addEventListener("input", keep);

  form.addEventListener("submit", (event) => {
    // Asked before it is sent, or refused by another listener: nothing has been sent yet.
    if (event.defaultPrevented) return;
    keep.cancel();
    sent = true;
    status.textContent = word("saving");
    if (name && isChanged()) keepDraft(name, { values: valuesOf(form), at: new Date().toISOString(), sent: true });
  });
  window.addEventListener("pageshow", () => {
    sent = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!sent && isChanged()) holdBack(event);
  });
  if (name) offerDraft({ field, form, name });
}

function offerDraft({ field, form, name }) {
  const draft = readDraft(name);
  if (!draft) return;
  if (JSON.stringify(draft.values) === JSON.stringify(valuesOf(form))) {
    dropDraft(name);
    return;
  }
  const bar = make(
    "div",
    { class: "notice warning", role: "status" },
    make("div", { textContent: word("draft_found", { at: new Date(draft.at).toLocaleString(document.documentElement.lang) }) }),
    make("button", {
      type: "button",
      class: "btn btn-secondary btn-sm",
      textContent: word("draft_restore"),
      onclick: () => {
        fill(form, draft.values);
        bar.remove();
      },
    }),
    make("button", {
      type: "button",
      class: "btn btn-quiet btn-sm",
      textContent: word("draft_discard"),
      onclick: () => {
        dropDraft(name);
        bar.remove();
      },
    }),
  );
  field.prepend(bar);
}

function valuesOf(form, valueOf = asTyped) {
  const values = {};
  for (const control of form.querySelectorAll(KEPT_CONTROLS)) {
    if (control.name) (values[control.name] ??= []).push(valueOf(control));
  }
  return values;
}

function asTyped(control) {
  return isTicked(control) ? control.checked : control.value;
}

function asWritten(control) {
  if (isTicked(control)) return control.defaultChecked;
  if (control instanceof HTMLSelectElement) {
    const chosen = [...control.options].find((option) => option.defaultSelected) ?? control.options[0];
    return chosen?.value ?? "";
  }
  return control.defaultValue;
}

function isTicked(control) {
  return ["checkbox", "radio"].includes(control.type);
}

function fill(form, values) {
  const next = {};
  for (const control of form.querySelectorAll(KEPT_CONTROLS)) {
    const value = values[control.name]?.[(next[control.name] ??= 0)];
    next[control.name] += 1;
    if (value === undefined) continue;
    if (isTicked(control)) control.checked = value;
    else control.value = value;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
