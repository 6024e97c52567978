"""In this file a layout's data are held against the table of settings, and its CSS against harm.

Nothing stops at the first fault: each is named with its field and what is allowed there.
"""

from __future__ import annotations

import difflib
import math
import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import tinycss2

from layouts.settings import NEEDED, SETTINGS, TABLES, Kind, Setting, said

Faults = list[tuple[str, str]]
COLOR = re.compile(r"#[0-9a-fA-F]{6}")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
LONGEST_CSS = 100_000
PAGE_CSS = "page.css"
OUTSIDE_FUNCTIONS = frozenset(
    {"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "element"}
)
"""What names a file or an address in CSS."""
OUTSIDE_RULES = frozenset({"import", "font-face", "namespace", "charset", "color-profile"})


def checked(data: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """Every setting by its path; what is wrong is added to `faults` and then has no value."""
    faults.extend(_unknown(data))
    values: dict[str, Any] = {}
    missing_tables = {table for table in TABLES if said(data, table) is None}
    told: set[str] = set()
    for setting in SETTINGS.values():
        value = said(data, setting.path)
        if value is None and setting.table.startswith("style.") and setting.table in missing_tables:
            if setting.table not in told:
                faults.append((setting.table, "缺少这一样式。"))
                told.add(setting.table)
            continue
        if value is None and setting.unsaid is not NEEDED:
            value = setting.unsaid
        reason = "缺少这一项。" if value is None else READERS[setting.kind](setting, value)
        if reason:
            faults.append((setting.path, reason))
        else:
            values[setting.path] = value
    faults.extend(_least_above_size(values))
    return values


def _unknown(data: Mapping[str, Any], table: str = "") -> Faults:
    """A misspelt setting must not be lost."""
    found: Faults = []
    known = _keys_of(table)
    for key, value in data.items():
        path = f"{table}.{key}" if table else key
        if path in TABLES or path == "style":
            if isinstance(value, Mapping):
                found += _unknown(value, path)
            else:
                found.append((path, "应为一组设置。"))
        elif path not in SETTINGS and path != "name":
            found.append((path, f"不认识的设置，请核对拼写{_meant(key, known)}。"))
    return found


def _keys_of(table: str) -> list[str]:
    """What may stand in a table."""
    before = f"{table}." if table else ""
    paths = [*SETTINGS, *TABLES]
    return sorted(
        {one.removeprefix(before).partition(".")[0] for one in paths if one.startswith(before)}
    )


def _meant(key: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.7)
    if near:
        return f"；是不是 {near[0]}"
    return f"；可用：{'、'.join(known)}" if known else ""


def _least_above_size(values: Mapping[str, Any]) -> Faults:
    """The smallest size a name shrinks to is no larger than the one it has."""
    return [
        (path, "不能大于这一样式的字号。")
        for path, value in values.items()
        if path.endswith(".least") and value > values.get(path[:-5] + "size", value)
    ]


def _text(setting: Setting, value: object) -> str:
    if not isinstance(value, str):
        return "应为文字。"
    if UNPRINTABLE.search(value):
        return "不能含换行、制表符等不能印的字符。"
    if not value.strip() and not setting.may_be_empty:
        return "不能为空。"
    return f"过长，最多{setting.longest}字。" if len(value) > setting.longest else ""


def _pattern(setting: Setting, value: object) -> str:
    """A text with the setting's own places in braces and nothing else in them."""
    reason = _text(setting, value)
    if reason:
        return reason
    shown = "、".join(f"{{{place}}}" for place in setting.places)
    try:
        parts = [part[1:] for part in string.Formatter().parse(str(value)) if part[1] is not None]
    except ValueError:
        return f"花括号不成对；花括号里只能是 {shown}。"
    if any(name not in setting.places or spec or turned for name, spec, turned in parts):
        return f"花括号里只能是 {shown}。"
    if setting.places[0] not in {name for name, _spec, _turned in parts}:
        return f"必须含 {{{setting.places[0]}}}。"
    return ""


def _color(_setting: Setting, value: object) -> str:
    right = isinstance(value, str) and COLOR.fullmatch(value)
    return "" if right else "应为 #d7000f 这样的颜色。"


def _whole(setting: Setting, value: object) -> str:
    right = isinstance(value, int) and not isinstance(value, bool)
    if right and setting.least <= value <= setting.most:  # type: ignore[operator]
        return ""
    return f"应为{setting.least:g}至{setting.most:g}之间的整数。"


def _number(setting: Setting, value: object) -> str:
    right = isinstance(value, int | float) and not isinstance(value, bool)
    if right and math.isfinite(value) and setting.least <= value <= setting.most:  # type: ignore[arg-type,operator]
        return ""
    return f"应为{setting.least:g}至{setting.most:g}之间的{setting.unit}数。"


def _flag(_setting: Setting, value: object) -> str:
    return "" if isinstance(value, bool) else "应为 true 或 false。"


def _choice(setting: Setting, value: object) -> str:
    shown = "、".join(filter(None, setting.choices))
    return "" if value in setting.choices else f"应为以下之一：{shown}。"


def _list(setting: Setting, value: object) -> str:
    """Some of the setting's choices, each once, in any order."""
    shown = "、".join(setting.choices)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return f"应为列表，可用：{shown}。"
    if strange := [one for one in value if one not in setting.choices]:
        return f"不认识“{strange[0]}”，可用：{shown}。"
    if twice := [one for one in value if value.count(one) > 1]:
        return f"“{twice[0]}”不止一次。"
    missing = [one for one in setting.choices if one not in value]
    return f"缺少{'、'.join(missing)}，各项都要排上。" if setting.all_of_them and missing else ""


READERS: Mapping[Kind, Callable[[Setting, object], str]] = {
    "text": _text, "pattern": _pattern, "color": _color, "whole": _whole, "number": _number,
    "flag": _flag, "choice": _choice, "list": _list,
}  # fmt: skip
"""What is wrong with a value of each kind, in a sentence; empty where nothing is."""


def css_faults(css: str) -> Faults:
    """What of a page.css reaches outside or cannot be read, with its line.

    Layouts come from administrators, but a file may have come from anywhere.
    """
    if len(css) > LONGEST_CSS:
        return [(PAGE_CSS, f"过长，最多{LONGEST_CSS // 1000}千字。")]
    found = {
        (node.source_line, reason): None
        for node in _nodes(tinycss2.parse_stylesheet(css, skip_comments=True))
        if (reason := _reaches_outside(node))
    }
    return [(PAGE_CSS, f"第{line}行：{reason}") for line, reason in sorted(found)]


def _nodes(nodes: Iterable[Any]) -> Iterator[Any]:
    """Everything in a style sheet, however deep it stands."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        for inner in ("prelude", "content", "arguments"):
            waiting.extend(getattr(node, inner, None) or ())


def _reaches_outside(node: Any) -> str:
    if node.type == "error":
        return "写法有误，请核对括号、引号和花括号。"
    if node.type == "url" or (node.type == "function" and node.lower_name in OUTSIDE_FUNCTIONS):
        return "不能用 url() 等取用文件或网址。"
    if node.type == "function" and node.lower_name == "attr":
        names = [one.lower_value for one in node.arguments if one.type == "ident"]
        return "不能用 attr() 取用网址。" if "url" in names[1:] else ""
    word = getattr(node, "lower_at_keyword", None) or (
        node.lower_value if node.type == "at-keyword" else ""
    )
    if word == "font-face":
        return "不能用 @font-face；字体文件请放进 instance/fonts。"
    return f"不能用 @{word}。" if word in OUTSIDE_RULES else ""
