// In this file scripts find the words the server translated for them (templates/shared/words.html).

let words = null;

/** The word behind `key`, with `%(name)s` filled from `values`. */
export function word(key, values = {}) {
  words ??= JSON.parse(document.querySelector("script[data-words]")?.textContent ?? "{}");
  return (words[key] ?? key).replace(/%\((\w+)\)s/g, (_, name) => String(values[name] ?? ""));
}
