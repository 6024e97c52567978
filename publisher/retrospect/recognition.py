"""In this file paragraphs become an old issue: masthead, contents, items, imprint.

What cannot be told for certain is said as a doubt by its code; `words.py` has the sentence of each.
Nothing is guessed silently: an issue without doubts was read by rules that all agreed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from publisher.retrospect.drafts import Article, Draft
from publisher.retrospect.paragraphs import Extract, Look, Paragraph, body_look, tight

HEAD = 24
"""A masthead ends within so many paragraphs."""
TAIL = 16
"""An imprint begins within so many paragraphs of the end."""
LONGEST_TITLE = 150
CHINESE = "〇零○一二三四五六七八九十百千"
FULL_WIDTH = str.maketrans("０１２３４５６７８９（）〔〕［］．：", "0123456789()〔〕[].:")
NUMBER = re.compile(rf"(增刊)?第?\(?(\d{{1,5}}|[{CHINESE}]{{1,8}})\)?期")
TOTAL = re.compile(rf"总(?:第)?\(?(\d{{1,6}}|[{CHINESE}]{{1,9}})\)?期")
YEAR = re.compile(r"[〔\[(]?((?:19|20)\d\d)[〕\])]?年?")
DATE = re.compile(
    rf"((?:19|20)\d\d|[〇零○一二三四五六七八九]{{4}})年(\d{{1,2}}|[{CHINESE}]{{1,3}})月"
    rf"(\d{{1,2}}|[{CHINESE}]{{1,3}})日"
)
CONTENTS = re.compile(r"^[【\[]?(本期|本刊)?(目录|目次|要目|导读|内容|提要)[】\]]?[:]?$")
ENTRY = re.compile(
    rf"^\s*(?:[◇◆●○■□▲△★☆※·•*]+|\d{{1,3}}\s*[.．、:：](?!\d)|[(（]\d{{1,3}}[)）]|[{CHINESE}]{{1,3}}、"
    rf"|[(（][{CHINESE}]{{1,3}}[)）])\s*"
)
PAGE_NUMBER = re.compile(r"[\s.…·．\-—⋯]*[(（]?\s*\d{1,3}\s*[)）]?\s*$")
LEADERS = re.compile(r"[.…·．⋯]{2,}|\t")
HEADING = re.compile(rf"^\s*[{CHINESE}]{{1,3}}、|^\s*[(（][{CHINESE}]{{1,3}}[)）]")
SOURCE = re.compile(r"^[(（\[【〔](.{2,60}?)[)）\]】〕]$")
SOURCE_WORDS = re.compile(r"供稿|报送|报道|来稿|提供|撰稿|整理|执笔|作者")
IMPRINT = re.compile(
    r"^(报|送|发|报送|抄报|抄送|主送|分送|印发|本期增发|增发|签发|核稿|审核|审签|责任编辑|编辑|"
    r"编审|校对|联系人|联系电话|电话|传真|印数)[:]|^\(?共?印\d+份\)?|^共印"
)
NAMES = {
    "报": "to_superior", "抄报": "to_superior", "送": "to_peer", "抄送": "to_peer",
    "发": "to_subordinate", "分送": "to_subordinate", "本期增发": "extra", "增发": "extra",
    "签发": "signer", "核稿": "checker", "审核": "checker", "责任编辑": "editor", "编辑": "editor",
    "电话": "phone", "联系电话": "phone",
}  # fmt: skip
PERSONS = frozenset({"signer", "checker", "editor"})
IN_IMPRINT = re.compile(rf"({'|'.join(sorted(NAMES, key=len, reverse=True))})[:]")
PRINT_RUN = re.compile(r"印(\d{1,6})份")


@dataclass(frozen=True)
class Known:
    """What the office knows: its serials' names and their sections."""

    serials: tuple[str, ...] = ()
    sections: frozenset[str] = frozenset()


def recognise(extract: Extract, known: Known) -> Draft:
    """Read an old issue out of its paragraphs."""
    draft = Draft()
    paragraphs = list(extract.paragraphs)
    if sum(len(one.tight) for one in paragraphs) < 30:
        draft.doubts["scan"] = ""
        return draft
    after = _head(paragraphs, draft, known)
    end = _imprint(paragraphs, after, draft)
    body = paragraphs[after:end]
    entries, begin = _contents(body)
    body = body[begin:]
    found = _by_contents(body, entries, known) if entries else _by_look(body, known)
    if not found and entries:
        draft.doubts["contents"] = "；".join(entries)[:300]
        found = _by_look(body, known)
    if not found and (found := _by_numbers(body)):
        draft.doubts["numbered"] = ""
    draft.articles = list(_articles(body, found))
    _doubt(draft, known, body, found)
    if extract.notes:
        draft.doubts["notes"] = " ".join(extract.notes)
    return draft


# -- the masthead --------------------------------------------------------------------------------


def plain(text: str) -> str:
    """A text without spaces, its digits and brackets of one kind."""
    return tight(text).translate(FULL_WIDTH)


def _head(paragraphs: Sequence[Paragraph], draft: Draft, known: Known) -> int:
    """Read the masthead; gives where the body begins."""
    head = paragraphs[:HEAD]
    at = next((n for n, one in enumerate(head) if _is_number(one)), None)
    if at is None:
        draft.doubts["number"] = ""
    else:
        _read_number(plain(head[at].text), draft)
    dated = next(
        (
            n
            for n, one in enumerate(head)
            if DATE.search(plain(one.text)) and len(one.tight) < 70 and not _is_text(one)
        ),
        None,
    )
    if dated is not None:
        _read_date(head[dated].text, draft)
    draft.serial = _serial(head, at, dated, known)
    last = max([one for one in (at, dated) if one is not None], default=-1)
    if last < 0 and draft.serial:
        last = next(n for n, one in enumerate(head) if draft.serial in plain(one.text))
    draft.handling = next(
        (
            one.text.strip()
            for one in head[: last + 1]
            if re.search(r"内部|注意保存|参阅", one.text)
        ),
        "",
    )[:60]
    if not draft.office:
        draft.office = next(
            (
                one.text.strip()
                for one in head[: last + 1]
                if re.search(r"(室|局|委|部|处|科)编?印?$", one.tight)
            ),
            "",
        )[:120]
    return last + 1


def _is_text(one: Paragraph) -> bool:
    """Whether a paragraph is running text rather than a line of the masthead."""
    return one.tight.endswith(("。", "；", "，")) or len(one.tight) > 60


def _is_number(one: Paragraph) -> bool:
    text = plain(one.text)
    return len(text) <= 60 and bool(NUMBER.search(text)) and not _is_text(one)


def _read_number(text: str, draft: Draft) -> None:
    total = TOTAL.search(text)
    if total:
        draft.total = _count(total[1])
        text = text.replace(total[0], "")
    if number := NUMBER.search(text):
        draft.number = _count(number[2])
        draft.supplement = bool(number[1])
        if year := YEAR.search(text[: number.start()]):
            draft.year = int(year[1])
    draft.supplement = draft.supplement or "增刊" in text


def _count(text: str) -> int | None:
    """A number in digits or Chinese numerals, up to 99999."""
    if text.isdigit():
        return int(text)
    if set(text) <= set("〇零○一二三四五六七八九"):
        return int("".join(_digit(one) for one in text))
    whole, part = 0, 0
    for one in text:
        if one in "十百千":
            whole += (part or 1) * {"十": 10, "百": 100, "千": 1000}[one]
            part = 0
        else:
            part = int(_digit(one))
    return whole + part


def _digit(character: str) -> str:
    return "0" if character in "〇零○" else str("一二三四五六七八九".index(character) + 1)


def _read_date(text: str, draft: Draft) -> None:
    found = DATE.search(plain(text))
    if not found:
        return
    year, month, day = (_count(part) or 0 for part in found.groups())
    try:
        draft.dated_on = date(year, month, day).isoformat()
    except ValueError:
        draft.doubts["date"] = found[0]
    office = plain(text)[: found.start()]
    office = re.sub(r"^.*期\)?", "", office)
    draft.office = office.strip(":，, ")[:120]


def _serial(head: Sequence[Paragraph], at: int | None, dated: int | None, known: Known) -> str:
    """The serial's name: one that the office knows, else the largest words above the number."""
    until = max([one for one in (at, dated) if one is not None], default=HEAD - 1) + 1
    above = [one for one in head[:until] if one.tight]
    for name in sorted(known.serials, key=len, reverse=True):
        if any(_names(one, name) for one in above):
            return name
    before = [one for one in (head[:at] if at is not None else above) if not _is_text(one)]
    largest = max(before, key=lambda one: (one.size, one.centred), default=None)
    return plain(largest.text).strip("《》")[:60] if largest is not None else ""


def _names(one: Paragraph, name: str) -> bool:
    text, wanted = plain(one.text), plain(name)
    return text.strip("《》") == wanted or (
        len(text) < 60
        and (text.startswith(wanted) or f"《{wanted}》" in text)
        and not _is_text(one)
    )


# -- the imprint ---------------------------------------------------------------------------------


def _imprint(paragraphs: Sequence[Paragraph], after: int, draft: Draft) -> int:
    """Read the imprint; gives where the body ends."""
    first = max(after, len(paragraphs) - TAIL)
    begin = next(
        (n for n in range(first, len(paragraphs)) if IMPRINT.match(plain(paragraphs[n].text))),
        len(paragraphs),
    )
    text = "\n".join(one.text.translate(FULL_WIDTH) for one in paragraphs[begin:])
    marks = list(IN_IMPRINT.finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        value = text[mark.end() : following.start() if following else len(text)]
        value = PRINT_RUN.sub("", value).replace("(共)", "")
        value = " ".join(value.split()).strip("()（） ")
        name = NAMES[mark[1]]
        # A name of two characters is printed with a space between them.
        draft.imprint.setdefault(name, tight(value) if name in PERSONS else value)
    if run := PRINT_RUN.search(tight(text)):
        draft.imprint["print_run"] = run[1]
    return begin


# -- contents and titles -------------------------------------------------------------------------


@dataclass(frozen=True)
class Title:
    """Where an item's title stands: paragraphs from `begin` to before `end`."""

    begin: int
    end: int
    text: str
    section: str = ""


def bare(text: str) -> str:
    """A title without its number, tight: how contents and body are compared."""
    return tight(ENTRY.sub("", text.replace("\n", ""), count=1))


def _contents(body: Sequence[Paragraph]) -> tuple[list[str], int]:
    """The entries of the contents, and where they end; none where there are no contents."""
    at = next((n for n, one in enumerate(body[:8]) if CONTENTS.match(plain(one.text))), None)
    if at is None:
        return [], 0
    listed: list[str] = []
    end = at + 1
    marked = bool(body[end:]) and bool(ENTRY.match(body[end].text))
    for n in range(end, len(body)):
        one, text = body[n], _entry(body[n].text)
        if _begins_anew(one, listed) or one.tight.endswith("。"):
            break
        if len(one.tight) > LONGEST_TITLE:
            break
        goes_on = bool(listed) and marked and not ENTRY.match(one.text)
        if goes_on and not _looks_like(one, body[at + 1]):
            if not _is_new_entry(body[n + 1 : n + 2], listed):
                break
            listed.append(text)
        elif goes_on:
            listed[-1] += text
        else:
            listed.append(text)
        end = n + 1
    return [one for one in listed if bare(one)], end


def _looks_like(one: Paragraph, other: Paragraph) -> bool:
    same_place = one.centred == other.centred or len(one.tight) > 14
    return abs(one.size - other.size) <= 1 and same_place


def _is_new_entry(following: Sequence[Paragraph], listed: Sequence[str]) -> bool:
    """Whether the contents go on behind a section's name."""
    known = [bare(one) for one in listed]
    return any(
        ENTRY.match(one.text)
        and not any(title.startswith(bare(_entry(one.text))) for title in known)
        for one in following
    )


def _entry(text: str) -> str:
    """An entry of the contents without dots and page number."""
    text = text.replace("\n", "").strip()
    if LEADERS.search(text) or re.search(r"[(（]\s*\d{1,3}\s*[)）]\s*$", text):
        text = PAGE_NUMBER.sub("", text)
    return LEADERS.sub("", text) if not ENTRY.match(text) else re.sub(r"[.…·．⋯]{2,}", "", text)


def _begins_anew(one: Paragraph, listed: Sequence[str]) -> bool:
    """Whether the body begins: with a title or a section that the contents have named."""
    text = bare(one.text)
    if not text or not listed:
        return False
    first = bare(listed[0])
    if len(text) >= 4 and first.startswith(text) and bare(listed[-1]) != first:
        return True
    return text == first or (text in {bare(entry) for entry in listed} and len(listed) > 1)


def _by_contents(body: Sequence[Paragraph], entries: Sequence[str], known: Known) -> list[Title]:
    """Each entry's title in the body, in order; nothing where one is not found."""
    found: list[Title] = []
    section, at = "", 0
    for entry in entries:
        place = _find(body, bare(entry), at)
        if place is None:
            if _is_section_name(entry, known):
                continue
            return []
        begin, end = place
        for n in range(at, begin):
            if _stands_alone(body, n, begin) and len(body[n].tight) <= 14:
                section = body[n].tight.strip("【】[]〔〕")
        text = clean("".join(one.text for one in body[begin:end]))
        if _is_section(body, end, entries, entry, known):
            section = bare(text).strip("【】[]〔〕")
        else:
            found.append(Title(begin, end, text, section))
        at = end
    return found


def _is_section_name(entry: str, known: Known) -> bool:
    return bare(entry).strip("【】[]〔〕") in known.sections


def _is_section(
    body: Sequence[Paragraph],
    end: int,
    entries: Sequence[str],
    entry: str,
    known: Known,
) -> bool:
    """Whether a line the contents name is a section: another entry follows without any text."""
    if _is_section_name(entry, known):
        return True
    following = [bare(one) for one in entries[entries.index(entry) + 1 :][:1]]
    return bool(following) and end < len(body) and _matches(body, end, following[0]) is not None


def _stands_alone(body: Sequence[Paragraph], n: int, begin: int) -> bool:
    """Whether a short line stands right before a title, as a section's name does."""
    one = body[n]
    return n == begin - 1 and not _is_text(one) and not SOURCE.match(one.tight)


def _find(body: Sequence[Paragraph], wanted: str, at: int) -> tuple[int, int] | None:
    for n in range(at, len(body)):
        if (end := _matches(body, n, wanted)) is not None:
            return n, end
    return None


def _matches(body: Sequence[Paragraph], n: int, wanted: str) -> int | None:
    """Where the title that begins at a paragraph ends, if it is the wanted one."""
    text = ""
    for end in range(n, min(n + 8, len(body))):
        text += bare(body[end].text) if end == n else body[end].tight
        if text == wanted or (
            len(wanted) > 10 and abs(len(text) - len(wanted)) < 4 and fuzz.ratio(text, wanted) >= 94
        ):
            return end + 1
        if not wanted.startswith(text[: max(4, len(text) - 2)]):
            return None
    return None


def _by_look(body: Sequence[Paragraph], known: Known) -> list[Title]:
    """Titles as their look tells them: larger, centred or headings, of one look."""
    usual = body_look(body)
    shown = [n for n, one in enumerate(body) if _may_be_title(one, usual)]
    sections = {n for n in shown if _is_section_by_look(body, n, shown, known)}
    titles = [n for n in shown if n not in sections]
    if not titles:
        return []
    levels: Counter[tuple[int, Look]] = Counter((body[n].level, body[n].look) for n in titles)
    found: list[Title] = []
    section = ""
    strongest = max(levels, key=lambda one: (one[1].size, -one[0], levels[one]))
    for n in sorted([*titles, *sections]):
        if n in sections:
            section = body[n].tight.strip("【】[]〔〕")
        elif _alike((body[n].level, body[n].look), strongest):
            end = _title_end(body, n, usual, shown)
            text = clean("".join(one.text for one in body[n:end]))
            if found and found[-1].end == n and not ENTRY.match(body[n].text):
                last = found.pop()
                found.append(Title(last.begin, end, last.text + text, section))
            else:
                found.append(Title(n, end, text, section))
    return found


def _title_end(body: Sequence[Paragraph], n: int, usual: Look, shown: Sequence[int]) -> int:
    """Where a title ends whose second line is told by nothing but its face."""
    end = n + 1
    while (
        end < min(n + 6, len(body))
        and end not in shown
        and body[end].look == body[n].look != usual
        and not _is_text(body[end])
        and not SOURCE.match(body[end].tight)
        and not HEADING.match(body[end].text)
    ):
        end += 1
    return end


def _by_numbers(body: Sequence[Paragraph]) -> list[Title]:
    """Titles that nothing tells but their numbers: 1. 2. 3., each with text below it."""
    found: list[Title] = []
    for n, one in enumerate(body):
        if not re.match(rf"\s*{len(found) + 1}\s*[.．、]", one.text) or _is_text(one):
            continue
        end = n + 1
        while end < len(body) and end < n + 6 and not _is_text(body[end]):
            end += 1
        if end < len(body) and _is_text(body[end]):
            found.append(Title(n, end, clean("".join(part.text for part in body[n:end]))))
    return found if found and found[0].begin == 0 else []


def _alike(one: tuple[int, Look], other: tuple[int, Look]) -> bool:
    return (
        one[0] == other[0]
        and abs(one[1].size - other[1].size) <= 1
        and (one[1].centred == other[1].centred or one[0] > 0)
    )


def _may_be_title(one: Paragraph, usual: Look) -> bool:
    text = one.tight
    if not text or len(text) > LONGEST_TITLE or text.endswith(("。", "；", "：", "，")):
        return False
    if SOURCE.match(text) or one.in_table or one.right:
        return False
    larger = one.size > usual.size + 0.9
    heading = 0 < one.level <= 2
    other = (one.bold and not usual.bold) or (one.font != usual.font and bool(one.font))
    if HEADING.match(one.text) and not (larger or heading):
        return False
    return (
        larger
        or heading
        or (one.centred and not usual.centred and (other or len(text) < 60))
        or (other and bool(ENTRY.match(one.text)))
    )


def _is_section_by_look(
    body: Sequence[Paragraph], n: int, shown: Sequence[int], known: Known
) -> bool:
    """Whether what looks like a title names a section: short, and a title follows at once."""
    text = body[n].tight.strip("【】[]〔〕")
    if text in known.sections:
        return True
    if len(text) > 12 or n + 1 not in shown:
        return False
    return body[n].look != body[n + 1].look or body[n].level != body[n + 1].level


# -- the items -----------------------------------------------------------------------------------


def _articles(body: Sequence[Paragraph], titles: Sequence[Title]) -> Iterator[Article]:
    usual = body_look(body)
    for title, following in zip(titles, [*titles[1:], None], strict=False):
        until = following.begin if following else len(body)
        paragraphs = list(body[title.end : until])
        if following and paragraphs and following.section != title.section:
            last = paragraphs[-1]
            if last.tight.strip("【】[]〔〕") == following.section:
                paragraphs.pop()
        source = _source(paragraphs)
        text = "\n\n".join(_markdown(one, usual) for one in paragraphs)
        yield Article(title.text[:300], text, source, title.section)


def _source(paragraphs: list[Paragraph]) -> str:
    """Take the line that says who sent it off the end of an item."""
    if not paragraphs:
        return ""
    last = paragraphs[-1]
    found = SOURCE.match(last.tight)
    if found and (last.right or SOURCE_WORDS.search(last.tight)):
        paragraphs.pop()
        return found[1][:200]
    return ""


def clean(text: str) -> str:
    """A title as it is read: one line, single spaces, without its number."""
    text = ENTRY.sub("", text.replace("\n", ""), count=1)
    return " ".join(text.replace("\t", " ").split())


def _markdown(one: Paragraph, usual: Look) -> str:
    """A paragraph as Markdown says it, its own signs meant literally."""
    if one.in_table:
        return " | ".join(escaped(cell) for cell in one.text.split("\t"))
    text = escaped(" ".join(one.text.split()))
    if len(one.tight) < 50 and not one.tight.endswith("。") and one.look != usual:
        if re.match(rf"\s*[{CHINESE}]{{1,3}}、", one.text):
            return f"## {text}"
        if re.match(rf"\s*[(（][{CHINESE}]{{1,3}}[)）]", one.text):
            return f"### {text}"
    return text


def escaped(text: str) -> str:
    """A text whose signs Markdown is not to read."""
    text = re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text)
    return re.sub(r"^(\d+)\.(\s)", r"\1\\.\2", re.sub(r"^([-+])(\s)", r"\\\1\2", text))


def _doubt(draft: Draft, known: Known, body: Sequence[Paragraph], found: Sequence[Title]) -> None:
    """Say what a person should look at."""
    if draft.serial not in known.serials:
        draft.doubts["serial"] = draft.serial
    if draft.number is None:
        draft.doubts.setdefault("number", "")
    if not draft.dated_on:
        draft.doubts.setdefault("date", "")
    elif draft.year is not None and draft.day is not None and draft.day.year != draft.year:
        draft.doubts["year"] = f"{draft.year} / {draft.dated_on}"
    if not draft.articles:
        draft.doubts["articles"] = ""
        whole = "\n\n".join(_markdown(one, body_look(body)) for one in body)
        first = next((clean(one.text) for one in body), "")
        draft.articles = [Article(first[:300], whole)]
        return
    empty = [one.title for one in draft.articles if not one.body.strip()]
    if empty:
        draft.doubts["empty"] = "；".join(empty)[:300]
    before = [one for one in body[: found[0].begin] if len(one.tight) > 40]
    if before:
        draft.doubts["before"] = before[0].text[:100]
