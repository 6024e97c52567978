// In this file the sections to choose from follow the serial that was chosen.

/** Watch a list of serials with `data-sections` ({serial: [names]}); the form's `section` follows. */
export function start(serials) {
  const sections = serials.form.elements.namedItem("section");
  const known = JSON.parse(serials.dataset.sections);
  const nothing = sections.querySelector('option[value=""]');
  const follow = () => {
    const before = sections.value;
    const names = known[serials.value] ?? [];
    sections.replaceChildren(...[nothing].filter(Boolean), ...names.map((name) => new Option(name, name)));
    sections.value = names.includes(before) ? before : "";
  };
  serials.addEventListener("change", follow);
  // On a slow line somebody chooses before this module has come, and "back" restores what was chosen.
  if (!serials.selectedOptions[0]?.defaultSelected) follow();
}
