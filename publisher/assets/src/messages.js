// In this file a sentence is shown in the corner and read aloud.

import { make } from "./make.js";
import { word } from "./words.js";

const SHOWN_FOR = 6000;

/** Show `sentence`; a success goes away by itself, what went wrong stays until it is closed. */
export function say(sentence, tone = "danger") {
  const corner = document.querySelector(".toasts") ?? document.body.appendChild(make("div", { class: "toasts" }));
  const notice = make(
    "div",
    { class: `notice ${tone}`, role: tone === "success" ? "status" : "alert" },
    make("div", { textContent: sentence }),
    make("button", { type: "button", class: "notice-close", "aria-label": word("close"), textContent: "×", onclick: () => notice.remove() }),
  );
  for (const older of corner.querySelectorAll(".notice")) {
    if (older.firstChild.textContent === sentence) older.remove();
  }
  corner.append(notice);
  if (tone === "success") setTimeout(() => notice.remove(), SHOWN_FOR);
}
