// In this file scripts speak with the server: the token goes along, and every failure has a sentence.

import { word } from "./words.js";

/** The token that shows that a request comes from a page of ours. */
export function token() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/** What could not be done, with a sentence for the person; `status` is 0 where no answer came. */
export class Refused extends Error {
  constructor(sentence, status = 0) {
    super(sentence);
    this.status = status;
  }
}

/** Post a form or JSON and give back the text of the answer; throws `Refused`. */
export async function post(address, body, { signal, json = false } = {}) {
  const headers = { "X-CSRFToken": token(), "HX-Request": "true" };
  if (json) {
    headers["Content-Type"] = "application/json";
    headers.Accept = "application/json";
  }
  let answer;
  try {
    answer = await fetch(address, { method: "POST", headers, body: json ? JSON.stringify(body) : body, signal, credentials: "same-origin" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(word("send_failed"));
  }
  const text = await answer.text();
  if (answer.redirected) throw new Refused(word("session_ended"), 401);
  if (!answer.ok) throw new Refused(sentenceOf(text, answer.status), answer.status);
  return text;
}

/** The sentence in an answer that refuses: plain text, or `error` of a JSON object. */
export function sentenceOf(text, status) {
  if (status === 413) return word("too_large");
  const plain = text.trim();
  if (plain.startsWith("{")) {
    try {
      return JSON.parse(plain).error || word("send_failed");
    } catch {
      return word("send_failed");
    }
  }
  return plain && !plain.startsWith("<") && plain.length < 400 ? plain : word("send_failed");
}
