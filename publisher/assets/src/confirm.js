// In this file a question is asked before an act, with a reason where one is wanted.

import { make } from "./make.js";
import { word } from "./words.js";

/**
 * Ask in a dialog. Gives back null for no, and for yes the reason (an empty text where none is asked).
 */
export function ask(question, { label = word("confirm"), tone = "primary", reason = "", detail = null } = {}) {
  if (typeof HTMLDialogElement === "undefined") return Promise.resolve(askPlainly(question, reason));
  return new Promise((resolve) => {
    const before = document.activeElement;
    const text = reason ? make("textarea", { class: "form-control", id: "ask-reason", rows: 3, maxLength: 1000, required: true, "aria-describedby": "ask-missing" }) : null;
    const missing = reason ? make("p", { class: "error", id: "ask-missing", role: "alert", hidden: true, textContent: word("reason_missing") }) : null;
    const dialog = make("dialog", { class: "ask", "aria-labelledby": "ask-question" });
    const cancel = make("button", { type: "button", class: "btn btn-quiet", textContent: word("cancel"), onclick: () => dialog.close() });
    const yes = make("button", { type: "submit", class: `btn btn-${tone}`, textContent: label });
    const form = make(
      "form",
      { method: "dialog", noValidate: true },
      make(
        "div",
        { class: "ask-body" },
        make("h2", { id: "ask-question", textContent: question }),
        detail,
        text && make("div", { class: "field" }, make("label", { htmlFor: "ask-reason", textContent: reason }), text, missing),
      ),
      make("div", { class: "ask-foot" }, cancel, yes),
    );
    form.addEventListener("submit", (event) => {
      if (text && !text.value.trim()) {
        event.preventDefault();
        missing.hidden = false;
        text.focus();
        return;
      }
      dialog.returnValue = "yes";
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus?.();
      resolve(dialog.returnValue === "yes" ? (text?.value.trim() ?? "") : null);
    });
    dialog.append(form);
    document.body.append(dialog);
    dialog.showModal();
    (text ?? (tone === "danger" ? cancel : yes)).focus();
  });
}

/** Browsers without dialogs ask in their own. */
function askPlainly(question, reason) {
  if (!reason) return window.confirm(question) ? "" : null;
  return window.prompt(`${question}\n${reason}`)?.trim() || null;
}

/** Send a form as if its button were pressed. */
export function press(form, button) {
  if (form.requestSubmit) form.requestSubmit(button?.form === form ? button : undefined);
  else form.submit();
}

/** Ask before the forms that carry `data-confirm`, and before requests of htmx with `hx-confirm`. */
export function init() {
  const agreed = new WeakSet();
  document.addEventListener(
    "submit",
    async (event) => {
      const form = event.target;
      if (!form.dataset.confirm || agreed.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { confirm, confirmLabel, confirmTone, confirmReason, confirmReasonLabel } = form.dataset;
      const reason = await ask(confirm, {
        label: confirmLabel,
        tone: confirmTone,
        reason: confirmReason ? confirmReasonLabel || word("reason") : "",
      });
      if (reason === null) return;
      if (confirmReason) keep(form, confirmReason, reason);
      agreed.add(form);
      press(form, event.submitter);
    },
    true,
  );
  document.addEventListener("htmx:confirm", async (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    const { confirmLabel, confirmTone } = event.detail.elt.dataset;
    if ((await ask(event.detail.question, { label: confirmLabel, tone: confirmTone })) !== null) event.detail.issueRequest(true);
  });
}

function keep(form, name, value) {
  const input = form.querySelector(`[name="${CSS.escape(name)}"]`) ?? form.appendChild(make("input", { type: "hidden", name }));
  input.value = value;
}
