// In this file the files somebody chose are shown with size and picture before they are sent.

import { make } from "./make.js";
import { word } from "./words.js";

const MEGABYTE = 1024 * 1024;
const PICTURES = /^image\/(png|jpeg|gif|webp|bmp)$/;

/** Watch the file input of a field made by `forms.file_field`. */
export function start(field) {
  const input = field.querySelector('input[type="file"]');
  const list = field.querySelector(".file-list");
  const frame = field.querySelector(".file-field");
  const captions = document.getElementById(field.dataset.captions || "");
  const most = Number(field.dataset.mostMegabytes || 0) * MEGABYTE;
  const written = new Map();
  let kept = [];

  function choose(files) {
    const known = new Set(kept.map(nameOf));
    kept = input.multiple ? [...kept, ...files.filter((file) => !known.has(nameOf(file)))] : files.slice(0, 1);
    show();
  }

  function remove(file) {
    kept = kept.filter((one) => one !== file);
    show();
    input.focus();
  }

  function show() {
    const transfer = new DataTransfer();
    for (const file of kept) transfer.items.add(file);
    input.files = transfer.files;
    list.replaceChildren(...kept.map(entry));
    const total = kept.reduce((sum, file) => sum + file.size, 0);
    input.setCustomValidity(most && total > most ? word("files_too_large", { n: (total / MEGABYTE).toFixed(1), most: most / MEGABYTE }) : "");
    if (input.validationMessage && kept.length) list.append(make("li", { class: "too-big", role: "alert", textContent: input.validationMessage }));
    writeCaptions();
  }

  function entry(file) {
    const isPicture = PICTURES.test(file.type);
    return make(
      "li",
      {},
      thumb(file, isPicture),
      make(
        "div",
        { class: "file-words" },
        make("div", { class: "name", textContent: file.name }),
        make("div", { class: most && file.size > most ? "size too-big" : "size", textContent: sizeOf(file, most) }),
        isPicture && captions ? caption(file) : null,
      ),
      make("button", { type: "button", class: "notice-close", textContent: "×", "aria-label": word("file_remove", { name: file.name }), onclick: () => remove(file) }),
    );
  }

  function caption(file) {
    const box = make("input", { type: "text", class: "form-control form-control-sm", value: written.get(nameOf(file)) ?? "", placeholder: word("photo_caption"), "aria-label": word("caption_of", { name: file.name }), maxLength: 200 });
    box.addEventListener("input", () => {
      written.set(nameOf(file), box.value.replace(/\s*\n\s*/g, " "));
      writeCaptions();
    });
    return box;
  }

  function writeCaptions() {
    if (!captions) return;
    const pictures = kept.filter((file) => PICTURES.test(file.type));
    captions.value = pictures.map((file) => written.get(nameOf(file)) ?? "").join("\n");
    captions.closest(".field").hidden = true;
  }

  if (captions && !captions.value) captions.closest(".field").hidden = true;
  // Files may have been chosen before this script came.
  if (input.files.length) choose([...input.files]);
  input.addEventListener("change", () => choose([...input.files]));
  for (const name of ["dragenter", "dragover"]) {
    frame.addEventListener(name, (event) => {
      event.preventDefault();
      frame.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) frame.addEventListener(name, () => frame.classList.remove("over"));
  frame.addEventListener("drop", (event) => {
    event.preventDefault();
    choose([...event.dataTransfer.files]);
  });
}

function nameOf(file) {
  return `${file.name}/${file.size}/${file.lastModified}`;
}

function thumb(file, isPicture) {
  if (!isPicture) return make("span", { class: "thumb", "aria-hidden": "true", textContent: file.name.split(".").pop().slice(0, 4).toUpperCase() });
  const address = URL.createObjectURL(file);
  const picture = make("img", { class: "thumb", alt: "", src: address });
  picture.addEventListener("load", () => URL.revokeObjectURL(address));
  return picture;
}

function sizeOf(file, most) {
  if (most && file.size > most) return word("file_too_large", { n: most / MEGABYTE });
  if (file.size >= MEGABYTE) return word("file_size", { n: (file.size / MEGABYTE).toFixed(1) });
  return word("file_small", { n: Math.max(1, Math.round(file.size / 1024)) });
}
