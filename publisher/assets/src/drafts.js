// In this file what was typed is kept in this browser tab until it has reached the server.

const PREFIX = "jianbao.draft.";

/** The draft kept under `name`: {values, at, sent}, or null. */
export function readDraft(name) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
}

/** Keep a draft; a full store is no reason to disturb the writer. Gives back whether it is kept. */
export function keepDraft(name, draft) {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

/** Drop the draft kept under `name`. */
export function dropDraft(name) {
  sessionStorage.removeItem(PREFIX + name);
}

/** Drop all drafts: the person signs out. */
export function dropAllDrafts() {
  for (const name of names()) dropDraft(name);
}

/**
 * Settle the drafts that were sent. A page that follows means that they arrived, unless it is the
 * sign-in page or an error: then they are drafts again.
 */
export function settleDrafts(page) {
  const failed = page.querySelector('input[type="password"], .error-page') !== null;
  const here = new Set([...page.querySelectorAll("[data-draft]")].map((element) => element.dataset.draft));
  for (const name of names()) {
    const draft = readDraft(name);
    if (!draft?.sent || here.has(name)) continue;
    if (failed) keepDraft(name, { ...draft, sent: false });
    else dropDraft(name);
  }
}

function names() {
  return Object.keys(sessionStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => key.slice(PREFIX.length));
}
