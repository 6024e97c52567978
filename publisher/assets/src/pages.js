// In this file the pictures of printed pages are turned, counted, and fetched again where one failed.

import { make } from "./make.js";
import { word } from "./words.js";

/** Start a row of pages made by `pages.pages`. */
export function start(section) {
  const scroll = section.querySelector(".sheets-scroll");
  const sheets = [...section.querySelectorAll(".sheet-page")];
  const number = section.querySelector("[data-page-number]");
  const buttons = { previous: section.querySelector('[data-page="previous"]'), next: section.querySelector('[data-page="next"]') };
  let here = 0;

  function show(place) {
    here = place;
    number.textContent = word("page_of", { n: here + 1, all: sheets.length });
    buttons.previous.disabled = here === 0;
    buttons.next.disabled = here >= sheets.length - 1;
  }

  function turn(by) {
    const sheet = sheets[Math.min(Math.max(here + by, 0), sheets.length - 1)];
    scroll.scrollTo({ top: sheet.offsetTop - scroll.offsetTop - 8, behavior: "smooth" });
  }

  const watcher = new IntersectionObserver(
    () => {
      const middle = scroll.getBoundingClientRect().top + scroll.clientHeight / 2;
      const place = sheets.findIndex((sheet) => sheet.getBoundingClientRect().bottom > middle);
      show(place < 0 ? sheets.length - 1 : place);
    },
    { root: scroll, threshold: [0, 0.25, 0.5, 0.75, 1] },
  );
  for (const sheet of sheets) {
    watcher.observe(sheet);
    const picture = sheet.querySelector("img");
    picture.addEventListener("error", () => offerAgain(sheet, picture));
    if (picture.complete && !picture.naturalWidth && picture.loading !== "lazy") offerAgain(sheet, picture);
  }
  if (sheets.length > 1) {
    buttons.previous.hidden = buttons.next.hidden = false;
    buttons.previous.addEventListener("click", () => turn(-1));
    buttons.next.addEventListener("click", () => turn(1));
  }
  if (sheets.length) show(0);
}

function offerAgain(sheet, picture) {
  if (sheet.querySelector(".page-missing")) return;
  picture.hidden = true;
  const again = make("button", {
    type: "button",
    class: "btn btn-secondary btn-sm",
    textContent: word("again"),
    onclick: () => {
      missing.remove();
      picture.hidden = false;
      const address = new URL(picture.src);
      address.searchParams.set("again", String(Date.now()));
      picture.src = address.href;
    },
  });
  const missing = make("div", { class: "page-missing", role: "alert" }, make("p", { textContent: word("page_missing") }), again);
  sheet.prepend(missing);
}
