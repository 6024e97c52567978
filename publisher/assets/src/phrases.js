// In this file words a leader uses often are put where the cursor stands.

/** Start a row of `data-phrase` buttons; `data-into` is the id of the text area. */
export function start(row) {
  const area = document.getElementById(row.dataset.into);
  row.addEventListener("click", (event) => {
    const phrase = event.target.closest("[data-phrase]")?.dataset.phrase;
    if (!phrase || !area) return;
    area.focus();
    area.setRangeText(phrase, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
