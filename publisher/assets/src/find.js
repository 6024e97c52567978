// In this file a form opens with the words chosen that a fault is about.

/** Choose `data-quote` in the first text or line of the form `data-form` that has it. */
export function start(asked) {
  const { quote, form } = asked.dataset;
  for (const field of document.getElementById(form)?.querySelectorAll('textarea, input[type="text"]') ?? []) {
    const from = field.value.indexOf(quote);
    if (from < 0) continue;
    field.focus({ preventScroll: true });
    // Browsers bring the caret into sight when something is chosen from the end of what is above it.
    field.setSelectionRange(from, from);
    field.blur();
    field.focus({ preventScroll: true });
    field.setSelectionRange(from, from + quote.length);
    field.scrollIntoView({ block: "center" });
    return;
  }
}
