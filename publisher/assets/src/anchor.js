// In this file a passage of an issue is named and found again: block, offsets and quote (W3C Web Annotation).
//
// The text of an issue is the text of its blocks, joined by line breaks. Offsets given to the server
// count code points, as Python does; inside this file they count UTF-16 units, as the browser does.

const CONTEXT = 32;
const MARKERS = ".marker, .number, .note-call";

/** The blocks of an issue in reading order: {name, element, nodes, text, at}. */
export function readBlocks(issue) {
  let at = 0;
  const blocks = [];
  for (const element of issue.querySelectorAll("[data-block], .article > .article-title")) {
    const nodes = textNodes(element);
    const text = nodes.map((node) => node.data).join("");
    blocks.push({ name: element.dataset.block ?? element.parentElement.id, element, nodes, text, at });
    at += text.length + 1;
  }
  return blocks;
}

/** The text nodes of a block without list markers, numbers and marks of footnotes, which are no part of its text. */
function textNodes(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, (node) => {
    const owner = node.parentElement.closest(`${MARKERS}, [data-block], .article-title`);
    return owner === element ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT;
  });
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

/** What a range of the document selects: {block, start, end, quote, prefix, suffix}, or null. */
export function passageOf(range, issue) {
  const blocks = readBlocks(issue);
  const parts = blocks.map((block) => partOf(range, block)).filter((part) => part && part.to > part.from);
  trim(parts);
  if (!parts.length) return null;
  const [first] = parts;
  const last = parts[parts.length - 1];
  return {
    block: first.block.name,
    start: points(first.block.text.slice(0, first.from)),
    end: points(last.block.text.slice(0, last.to)),
    quote: parts.map(({ block, from, to }) => block.text.slice(from, to)).join("\n"),
    prefix: [...first.block.text.slice(0, first.from)].slice(-CONTEXT).join(""),
    suffix: [...last.block.text.slice(last.to)].slice(0, CONTEXT).join(""),
  };
}

/** The part of a block that lies in a range, in UTF-16 units of the block's text. */
function partOf(range, block) {
  if (!range.intersectsNode(block.element)) return null;
  let passed = 0;
  let from = null;
  let to = null;
  for (const node of block.nodes) {
    if (range.intersectsNode(node)) {
      const start = node === range.startContainer ? range.startOffset : 0;
      const end = node === range.endContainer ? range.endOffset : node.length;
      if (end > start) {
        from ??= passed + start;
        to = passed + end;
      }
    }
    passed += node.length;
  }
  return from === null ? null : { block, from, to };
}

/** Take blanks off both ends, and blocks of nothing but blanks. */
function trim(parts) {
  const chosen = ({ block, from, to }) => block.text.slice(from, to);
  while (parts.length && !chosen(parts[0]).trim()) parts.shift();
  while (parts.length && !chosen(parts[parts.length - 1]).trim()) parts.pop();
  if (!parts.length) return;
  const first = parts[0];
  first.from += chosen(first).length - chosen(first).trimStart().length;
  const last = parts[parts.length - 1];
  last.to -= chosen(last).length - chosen(last).trimEnd().length;
}

/**
 * Where a passage stands now, as [from, to] in the text of the issue, or null where that is not sure.
 * Elsewhere than at its own place it is taken only with all that stood before or behind it, and only once.
 */
export function findPassage(passage, blocks) {
  const { block, start, quote, prefix = "", suffix = "" } = passage;
  if (!quote) return null;
  const text = blocks.map((one) => one.text).join("\n");
  const home = blocks.find((one) => one.name === block);
  const expected = home ? home.at + units(home.text, start ?? 0) : null;
  if (expected !== null && text.startsWith(quote, expected)) return [expected, expected + quote.length];
  const found = [];
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    const isBehind = prefix && text.slice(0, at).endsWith(prefix);
    const isBefore = suffix && text.startsWith(suffix, at + quote.length);
    if (isBehind || isBefore) found.push(at);
  }
  return found.length === 1 ? [found[0], found[0] + quote.length] : null;
}

/** Lay marks made by `mark()` over a part of the text; gives back the marks in order. */
export function layMarks([from, to], issue, mark) {
  const marks = [];
  for (const block of readBlocks(issue)) {
    if (block.at >= to || block.at + block.text.length <= from) continue;
    let passed = block.at;
    for (const node of block.nodes) {
      const start = Math.max(from - passed, 0);
      const end = Math.min(to - passed, node.length);
      passed += node.length;
      if (end <= start) continue;
      const piece = start > 0 ? node.splitText(start) : node;
      if (end - start < piece.length) piece.splitText(end - start);
      const element = mark(marks.length);
      piece.replaceWith(element);
      element.append(piece);
      marks.push(element);
    }
  }
  return marks;
}

/** How many code points a text has. */
function points(text) {
  return [...text].length;
}

/** How many UTF-16 units the first `count` code points of a text have. */
function units(text, count) {
  return [...text].slice(0, count).join("").length;
}
