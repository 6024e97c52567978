// In this file a leader writes by hand on a page of the issue or on an empty sheet.
//
// Strokes are kept as points in thousandths of the page's width with the pressure of the pen, as
// publisher/instructions/ink.py reads them, and drawn there and here with lines of the same thickness.

import { word } from "./words.js";

const WIDE = 1000;
const BLANK_HEIGHT = 700;
const [THIN, THICK] = [1.6, 5.2];
const COLOR = "#1b2f6b";
const NEAREST = 1.2;
const MOST_POINTS = 38000;
/** Fingers and mice press with no more than this. */
const USUAL = 0.5;

/** Start the pen of an instruction's form. */
export function start(pen) {
  const part = (name) => pen.querySelector(`[data-pen="${name}"]`);
  const field = pen.closest("form").elements.namedItem(pen.dataset.field);
  const [sheet, more, canvas, picture] = [".pen-sheet", ".pen-more", "canvas", ".pen-sheet img"].map((one) => pen.querySelector(one));
  const drawing = canvas.getContext("2d");
  const pages = new Map();
  let here = 0;
  let stroke = null;
  let penSeen = false;

  function read() {
    try {
      for (const { page, height, strokes } of JSON.parse(field.value).pages) pages.set(page, { height, strokes });
    } catch {
      // Nothing was written yet.
    }
  }

  function now() {
    if (!pages.has(here)) pages.set(here, { height: here ? 1414 : BLANK_HEIGHT, strokes: [] });
    return pages.get(here);
  }

  function keep() {
    const written = [...pages].filter(([, { strokes }]) => strokes.length).map(([page, { height, strokes }]) => ({ page, height, strokes }));
    field.value = written.length ? JSON.stringify({ pages: written }) : "";
    part("undo").disabled = part("clear").disabled = !now().strokes.length;
  }

  function open(page) {
    here = page;
    picture.hidden = !page;
    if (page) {
      picture.onload = () => {
        now().height = Math.round((WIDE * picture.naturalHeight) / picture.naturalWidth);
        fit();
      };
      picture.src = pen.dataset.leaf.replace("{n}", String(page));
    }
    fit();
  }

  function fit() {
    const { height } = now();
    const across = sheet.clientWidth;
    const sharp = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = across * sharp;
    canvas.height = (across * sharp * height) / WIDE;
    canvas.style.height = `${(across * height) / WIDE}px`;
    drawing.setTransform(canvas.width / WIDE, 0, 0, canvas.width / WIDE, 0, 0);
    drawing.lineCap = drawing.lineJoin = "round";
    drawing.strokeStyle = drawing.fillStyle = COLOR;
    for (const one of now().strokes) one.forEach((_, place) => line(one, place));
    keep();
  }

  function line(points, place) {
    const [x, y, pressure] = points[place];
    const [fromX, fromY] = points[Math.max(place - 1, 0)];
    drawing.lineWidth = THIN + (THICK - THIN) * pressure;
    drawing.beginPath();
    drawing.moveTo(fromX, fromY);
    drawing.lineTo(x + (place ? 0 : 0.01), y);
    drawing.stroke();
  }

  function put(event) {
    const box = canvas.getBoundingClientRect();
    const scale = WIDE / box.width;
    for (const one of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
      const pressure = one.pointerType === "pen" && one.pressure ? one.pressure : USUAL;
      const point = [(one.clientX - box.left) * scale, (one.clientY - box.top) * scale, pressure].map((n, place) => Number(n.toFixed(place === 2 ? 2 : 1)));
      const last = stroke[stroke.length - 1];
      if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < NEAREST) continue;
      stroke.push(point);
      line(stroke, stroke.length - 1);
    }
  }

  function full() {
    return [...pages.values()].flatMap(({ strokes }) => strokes).reduce((sum, one) => sum + one.length, 0) > MOST_POINTS;
  }

  canvas.addEventListener("pointerdown", (event) => {
    penSeen ||= event.pointerType === "pen";
    // Once a pen writes, a palm on the glass does not.
    if (stroke || event.button || (penSeen && event.pointerType === "touch")) return;
    event.preventDefault();
    if (full()) {
      import("./messages.js").then(({ say }) => say(word("pen_full"), "warning"));
      return;
    }
    canvas.setPointerCapture(event.pointerId);
    stroke = [];
    stroke.pointer = event.pointerId;
    now().strokes.push(stroke);
    put(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (stroke && event.pointerId === stroke.pointer) put(event);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, (event) => {
      if (!stroke || event.pointerId !== stroke.pointer) return;
      stroke = null;
      keep();
    });
  }
  part("undo").addEventListener("click", () => {
    now().strokes.pop();
    fit();
  });
  part("clear").addEventListener("click", () => {
    now().strokes = [];
    fit();
  });
  part("page").addEventListener("change", (event) => open(Number(event.target.value)));
  part("open").addEventListener("click", () => {
    const shown = sheet.hidden;
    sheet.hidden = more.hidden = !shown;
    part("open").setAttribute("aria-expanded", String(shown));
    if (shown) open(here);
  });
  window.addEventListener("resize", () => sheet.hidden || fit());
  pen.closest("form").addEventListener("reset", () => {
    pages.clear();
    setTimeout(() => sheet.hidden || fit());
  });

  read();
  pen.hidden = false;
  if (pages.size) {
    here = [...pages.keys()][0];
    part("page").value = String(here);
    part("open").click();
  }
}
