"""In this file the JSON form of an issue is read, checked and written; docs/typeset.md explains it.

The same form is what `jianbao typeset` takes, what is frozen when an issue is signed, and what
the archive keeps as source.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, TypeVar

from layouts.errors import SourceInvalid

FORM = 1
MOST_ARTICLES = 1000
LONGEST_TEXT = 1_000_000
EDITOR_NOTE = "editor-note"
"""The name the editor's note has among the articles' ids."""
ARTICLE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
NOT_TEXT = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
"""Half characters and the two that are none; no file format can carry them."""
CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))
"""What old programs leave in pasted text; it is never printed."""
Thing = TypeVar("Thing")


@dataclass(frozen=True, kw_only=True)
class SourceInstruction:
    """A leader's words quoted before an article."""

    leader: str
    text: str
    post: str = ""
    date: str = ""
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class SourceArticle:
    """One item: title, Markdown text, who contributed it."""

    id: str
    title: str
    body: str
    source_line: str = ""
    stage: str = ""
    instructions: tuple[SourceInstruction, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SourceSection:
    """A named run of articles."""

    title: str
    articles: tuple[SourceArticle, ...]


@dataclass(frozen=True, kw_only=True)
class SourceImprint:
    """The foot of the last page."""

    to_superior: str = ""
    to_peer: str = ""
    to_subordinate: str = ""
    extra: str = ""
    signer: str = ""
    checker: str = ""
    editor: str = ""
    phone: str = ""
    print_run: int = 0


@dataclass(frozen=True, kw_only=True)
class Source:
    """An issue in its JSON form."""

    serial: str
    office: str
    date: str
    """ISO: 2026-03-09."""
    sections: tuple[SourceSection, ...]
    layout: str = "regular"
    layout_version: str = ""
    """The version of the layout that was kept when the issue was signed."""
    number: int | None = None
    total: int | None = None
    year: int | None = None
    series: str = "main"
    number_line: str = ""
    """Ready text of the number line; made from the layout's pattern where it is empty."""
    handling: str = ""
    urgency: str = ""
    copy_number: str = ""
    edition: int = 1
    correction: str = ""
    editor_note: str = ""
    imprint: SourceImprint = field(default_factory=SourceImprint)
    archive_number: str = ""
    language: str = "zh-CN"
    form: int = FORM

    def as_json(self) -> dict[str, Any]:
        """The form as plain values; reading it again gives an equal source."""
        values = asdict(self)
        if not self.layout_version:
            del values["layout_version"]
        return json.loads(json.dumps(values))  # type: ignore[no-any-return]

    def as_text(self) -> str:
        """The form as JSON text, the same for the same source."""
        return json.dumps(self.as_json(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def read_source(data: object) -> Source:
    """Read the JSON form; raises `SourceInvalid` naming the field that is wrong."""
    fields = _Fields(data, "")
    fields.only(Source)
    form = fields.whole("form", FORM)
    if form != FORM:
        raise SourceInvalid("form", f"不认识的格式版本 {form}，本程序读取 {FORM}。")
    source = Source(
        form=FORM,
        layout=fields.text("layout", "regular", longest=60),
        layout_version=fields.text("layout_version", "", longest=64),
        serial=fields.text("serial", longest=60),
        office=fields.text("office", "", longest=120),
        date=fields.day("date"),
        number=fields.maybe_whole("number"),
        total=fields.maybe_whole("total"),
        year=fields.maybe_whole("year"),
        series=fields.one_of("series", "main", ("main", "supplement")),
        number_line=fields.text("number_line", "", longest=120),
        handling=fields.text("handling", "", longest=60),
        urgency=fields.one_of("urgency", "", ("", "平急", "加急", "特急", "特提")),
        copy_number=fields.text("copy_number", "", longest=20),
        edition=fields.whole("edition", 1),
        correction=fields.text("correction", ""),
        editor_note=fields.text("editor_note", ""),
        sections=fields.many("sections", _section),
        imprint=_imprint(fields.inner("imprint")),
        archive_number=fields.text("archive_number", "", longest=120),
        language=fields.language("language", "zh-CN"),
    )
    _refuse_equal_ids(source)
    return source


def _refuse_equal_ids(source: Source) -> None:
    """Block ids are made of the articles' ids; two alike would lead a reader to the wrong place."""
    seen = {EDITOR_NOTE}
    for place, section in enumerate(source.sections):
        for number, article in enumerate(section.articles):
            if article.id in seen:
                where = f"sections[{place}].articles[{number}].id"
                raise SourceInvalid(where, f"“{article.id}”已经用过，各篇的 id 不能相同。")
            seen.add(article.id)


def _section(fields: _Fields) -> SourceSection:
    fields.only(SourceSection)
    return SourceSection(
        title=fields.text("title", "", longest=60), articles=fields.many("articles", _article)
    )


def _article(fields: _Fields) -> SourceArticle:
    fields.only(SourceArticle)
    return SourceArticle(
        id=fields.article_id("id"),
        title=fields.text("title", longest=500),
        body=fields.text("body", ""),
        source_line=fields.text("source_line", "", longest=300),
        stage=fields.text("stage", "", longest=20),
        instructions=fields.many("instructions", _instruction, needed=False),
    )


def _instruction(fields: _Fields) -> SourceInstruction:
    fields.only(SourceInstruction)
    return SourceInstruction(
        leader=fields.text("leader", longest=60),
        post=fields.text("post", "", longest=120),
        text=fields.text("text", longest=10_000),
        date=fields.text("date", "", longest=40),
        number=fields.text("number", "", longest=60),
    )


def _imprint(fields: _Fields) -> SourceImprint:
    fields.only(SourceImprint)
    names = ("to_superior", "to_peer", "to_subordinate", "extra", "signer", "checker", "editor")
    return SourceImprint(
        **{name: fields.text(name, "", longest=2000) for name in (*names, "phone")},
        print_run=fields.whole("print_run", 0),
    )


class _Fields:
    """The members of one JSON object, read with the path that errors name."""

    def __init__(self, data: object, path: str) -> None:
        if not isinstance(data, Mapping):
            raise SourceInvalid(path or "（整体）", "应为一组“名称：值”（JSON 对象）。")
        self.data: Mapping[str, object] = data
        self.path = path

    def at(self, name: str) -> str:
        """The full path of a member."""
        return f"{self.path}.{name}" if self.path else name

    def only(self, kind: type[Any]) -> None:
        """Refuse members that the form does not know; a misspelt one must not be lost."""
        for name in self.data:
            if name not in kind.__dataclass_fields__:
                raise SourceInvalid(self.at(str(name)), "不认识的字段，请核对拼写。")

    def text(self, name: str, default: str | None = None, *, longest: int = LONGEST_TEXT) -> str:
        """A text; one without default must be there and not be empty."""
        value = self.data.get(name)
        if value is None:
            if default is None:
                raise SourceInvalid(self.at(name), "缺少这一项。")
            return default
        if not isinstance(value, str):
            raise SourceInvalid(self.at(name), "应为文字。")
        if default is None and not value.strip():
            raise SourceInvalid(self.at(name), "不能为空。")
        if len(value) > longest:
            raise SourceInvalid(self.at(name), f"过长，最多{longest}字。")
        if found := NOT_TEXT.search(value):
            code = f"U+{ord(found.group()):04X}"
            raise SourceInvalid(self.at(name), f"第{found.start() + 1}字（{code}）不是有效的字符。")
        return value.translate(CONTROL)

    def language(self, name: str, default: str) -> str:
        """A language tag such as zh-CN."""
        value = self.text(name, default, longest=20)
        if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", value):
            raise SourceInvalid(self.at(name), "应为 zh-CN 这样的语言代码。")
        return value

    def article_id(self, name: str) -> str:
        """An article's name in anchors and bookmarks; from its place where none is given."""
        value = self.text(name, self.default_id(), longest=60)
        if not ARTICLE_ID.fullmatch(value):
            raise SourceInvalid(self.at(name), "只能用字母、数字、短横和下划线，并以字母开头。")
        return value

    def one_of(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        """A text out of a few."""
        value = self.text(name, default)
        if value not in choices:
            shown = "、".join(choice or "（空）" for choice in choices)
            raise SourceInvalid(self.at(name), f"应为以下之一：{shown}。")
        return value

    def maybe_whole(self, name: str) -> int | None:
        """A whole number from 1, or nothing."""
        return None if self.data.get(name) is None else self.whole(name, 1, least=1)

    def whole(self, name: str, default: int, *, least: int = 0) -> int:
        """A whole number."""
        value = self.data.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise SourceInvalid(self.at(name), "应为整数。")
        if not least <= value <= 10**9:
            raise SourceInvalid(self.at(name), f"应不小于{least}。")
        return value

    def day(self, name: str) -> str:
        """A day as ISO text."""
        value = self.text(name)
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError as error:
            raise SourceInvalid(self.at(name), "应为 2026-03-09 这样的日期。") from error

    def many(
        self, name: str, read: Callable[[_Fields], Thing], *, needed: bool = True
    ) -> tuple[Thing, ...]:
        """A list of objects."""
        value = self.data.get(name, None if needed else [])
        if value is None:
            raise SourceInvalid(self.at(name), "缺少这一项。")
        if not isinstance(value, list | tuple):
            raise SourceInvalid(self.at(name), "应为列表。")
        if len(value) > MOST_ARTICLES:
            raise SourceInvalid(self.at(name), f"过多，最多{MOST_ARTICLES}项。")
        return tuple(
            read(_Fields(one, f"{self.at(name)}[{place}]")) for place, one in enumerate(value)
        )

    def inner(self, name: str) -> _Fields:
        """An object inside, empty where it is not there."""
        return _Fields(self.data.get(name, {}), self.at(name))

    def default_id(self) -> str:
        """A name for an article that has none, from its place: s1-a2."""
        places = [part.partition("]")[0] for part in self.path.split("[")[1:]]
        return "-".join(
            f"{letter}{int(place) + 1}" for letter, place in zip("sa", places, strict=False)
        )
