"""In this file a layout's settings become fields in the office's words, and what is typed values.

The fields are made of the wing's own table of settings; here stand their words and their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length, Regexp

import layouts as wing
from layouts.settings import SETTINGS, STYLES, Setting
from publisher.words import N_

LABELS: Mapping[str, str] = {
    "title": N_("版式名称"),
    "number_pattern": N_("期号样式"),
    "supplement_pattern": N_("增刊期号样式"),
    "parts": N_("红线与正文之间的次序"),
    "words.contents": N_("目录"),
    "words.editor_note": N_("编者按"),
    "words.correction": N_("更正"),
    "words.to_superior": N_("报"),
    "words.to_peer": N_("送"),
    "words.to_subordinate": N_("发"),
    "words.extra": N_("增发"),
    "words.signer": N_("签发"),
    "words.checker": N_("核稿"),
    "words.editor": N_("责任编辑"),
    "words.phone": N_("电话"),
    "words.print_run": N_("印数"),
    "words.addressee": N_("红线下的报送"),
    "words.instructed": N_("批示"),
    "colors.masthead": N_("刊名颜色"),
    "colors.rule": N_("红线颜色"),
    "colors.text": N_("文字颜色"),
    "colors.urgency": N_("紧急程度颜色"),
    "masthead.addressed": N_("“报”排在红线下，不入版记"),
    "masthead.copy_digits": N_("份号位数"),
    "contents.shown": N_("排目录"),
    "contents.from_articles": N_("几篇以上才排目录"),
    "contents.marker": N_("目录各条前的符号"),
    "articles.numbered": N_("逐条编号"),
    "articles.section_titles": N_("印栏目名"),
    "articles.most": N_("每期最多篇数（0 不限）"),
    "articles.wide_tables_lie": N_("宽表横放，单独成页"),
    "pages.even": N_("双面印：末页为双数页，版记排在其下"),
    "imprint.recipients": N_("版记中的报送发"),
    "imprint.names": N_("版记中的人员"),
    "imprint.print_run": N_("印份数"),
}
"""What each setting is called; a style's are called by its name and its attribute's."""
STYLE_LABELS: Mapping[str, str] = {
    "handling": N_("密级、紧急程度、份号"),
    "serial_name": N_("刊名"),
    "number_line": N_("期号"),
    "office_line": N_("编印单位和日期"),
    "contents_title": N_("目录标题"),
    "contents_entry": N_("目录条目"),
    "editor_note": N_("编者按、更正"),
    "section_title": N_("栏目"),
    "article_title": N_("稿件标题"),
    "body": N_("正文"),
    "heading1": N_("一级标题"),
    "heading2": N_("二级标题"),
    "heading3": N_("三级标题"),
    "heading4": N_("四级标题"),
    "source_line": N_("供稿单位"),
    "table": N_("表格"),
    "caption": N_("照片说明、表题"),
    "imprint": N_("版记"),
    "page_number": N_("页码"),
    "addressee": N_("红线下的报送"),
    "instruction": N_("批示引文"),
    "note": N_("脚注"),
}
ATTRIBUTES: Mapping[str, str] = {
    "face": N_("字体"),
    "size": N_("字号（磅）"),
    "bold": N_("加粗"),
    "align": N_("对齐"),
    "least": N_("刊名再长也不小于（磅）"),
    "before": N_("段前（行）"),
    "after": N_("段后（行）"),
    "indent": N_("左空（字）"),
}
FACES: Mapping[str, str] = {
    "title": N_("小标宋"), "fang": N_("仿宋"), "kai": N_("楷体"), "hei": N_("黑体"),
    "song": N_("宋体"),
}  # fmt: skip
ALIGNS: Mapping[str, str] = {
    "": N_("照常"), "left": N_("左"), "center": N_("居中"), "right": N_("右"),
    "justify": N_("两端"),
}  # fmt: skip
CHOICES: Mapping[str, str] = {
    "addressee": N_("红线下的报送"), "correction": N_("更正"), "contents": N_("目录"),
    "editor_note": N_("编者按"), "to_superior": N_("报"), "to_peer": N_("送"),
    "to_subordinate": N_("发"), "extra": N_("增发"), "signer": N_("签发"), "checker": N_("核稿"),
    "editor": N_("责任编辑"), "phone": N_("电话"),
}  # fmt: skip
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("name", N_("名称和期号"), ("title", "number_pattern", "supplement_pattern")),
    ("colors", N_("颜色"), ("colors.",)),
    ("order", N_("次序和版记"), ("parts", "masthead.", "imprint.")),
    ("contents", N_("目录、稿件、页数"), ("contents.", "articles.", "pages.")),
    ("words", N_("字样"), ("words.",)),
)
"""The cards of the page: name, heading, and the beginnings of the paths that stand in each."""
OTHERS = N_("其他")
EXAMPLE = {"number": 12, "total": 1487, "year": 2026, "n": 85}
"""The figures in the example under a pattern."""
WHOLE = re.compile(r"-?\d{1,9}")


@dataclass(frozen=True)
class Field:
    """One setting on the page: what it is called, what stands in it, what is wrong with it."""

    setting: Setting
    label: str
    value: Any
    reason: str = ""

    @property
    def id(self) -> str:
        """Its name on the page."""
        return self.setting.path.replace(".", "-")

    @property
    def example(self) -> str:
        """What a pattern gives; empty where it is wrong."""
        if self.setting.kind != "pattern" or self.reason or not isinstance(self.value, str):
            return ""
        try:
            return self.value.format(**EXAMPLE)
        except (KeyError, IndexError, ValueError, AttributeError):
            return ""

    @property
    def rows(self) -> list[tuple[str, str, bool, int]]:
        """The choices of a list: name, word, whether it is chosen, its place from 1."""
        chosen = [one for one in self.value if one in CHOICES] if _is_list(self.value) else []
        order = [*chosen, *(one for one in self.setting.choices if one not in chosen)]
        return [
            (one, str(_(CHOICES.get(one, one))), one in chosen, place)
            for place, one in enumerate(order, 1)
        ]


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


@dataclass(frozen=True)
class StyleRow:
    """One style on the page: its fields by attribute."""

    label: str
    fields: Mapping[str, Field]

    @property
    def is_wrong(self) -> bool:
        """Whether any of it is wrong."""
        return any(one.reason for one in self.fields.values())


@dataclass(frozen=True)
class Page:
    """Every field of a layout, as it is laid out."""

    cards: tuple[tuple[str, str, tuple[Field, ...]], ...]
    styles: tuple[StyleRow, ...]
    others: tuple[tuple[str, str], ...]
    """What is wrong beside the fields: of a file, of a setting nobody knows."""

    @property
    def wrong(self) -> list[Field]:
        """The fields that have to be put right, in order."""
        of_cards = [one for _name, _title, fields in self.cards for one in fields]
        of_styles = [one for row in self.styles for one in row.fields.values()]
        return [one for one in (*of_cards, *of_styles) if one.reason]


def page_of(values: Mapping[str, Any], faults: tuple[tuple[str, str], ...] = ()) -> Page:
    """The fields with what stands in them and what is wrong."""
    reasons = dict(faults)
    fields = {
        path: Field(setting, label_of(path), values.get(path), reasons.get(path, ""))
        for path, setting in SETTINGS.items()
    }
    plain = {path: one for path, one in fields.items() if not path.startswith("style.")}
    cards = []
    for name, title, beginnings in GROUPS:
        chosen = tuple(plain.pop(path) for path in list(plain) if path.startswith(beginnings))
        cards.append((name, str(_(title)), chosen))
    if plain:
        cards.append(("others", str(_(OTHERS)), tuple(plain.values())))
    styles = tuple(
        StyleRow(
            str(_(STYLE_LABELS.get(style, style))),
            {
                one.setting.key: one
                for path, one in fields.items()
                if path.startswith(f"style.{style}.")
            },
        )
        for style in STYLES
    )
    elsewhere = tuple(one for one in faults if one[0] not in SETTINGS)
    return Page(tuple(cards), styles, elsewhere)


def label_of(path: str) -> str:
    """What a setting is called; of a style with the style's name."""
    if path in LABELS:
        return str(_(LABELS[path]))
    table, _dot, key = path.rpartition(".")
    style = table.removeprefix("style.")
    if style in STYLE_LABELS and key in ATTRIBUTES:
        return f"{_(STYLE_LABELS[style])} · {_(ATTRIBUTES[key])}"
    return path


def read_values(sent: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, each as the kind its setting is; what is none of that kind stays as typed."""
    return {path: _value(setting, sent) for path, setting in SETTINGS.items()}


def _value(setting: Setting, sent: MultiDict[str, str]) -> Any:
    path = setting.path
    if setting.kind == "flag":
        return path in sent
    if setting.kind == "list":
        return list(_ordered(setting, sent))
    text = sent.get(path, "").replace("\r\n", "\n")
    if setting.kind not in {"whole", "number"}:
        return text.strip() if setting.kind in {"color", "choice"} else text
    text = text.strip()
    if WHOLE.fullmatch(text):
        return int(text)
    try:
        return text if setting.kind == "whole" else float(text)
    except ValueError:
        return text


def _ordered(setting: Setting, sent: MultiDict[str, str]) -> Iterator[str]:
    """The chosen ones of a list by the places that were typed."""

    def place(one: str) -> float:
        text = sent.get(f"{setting.path}:{one}:place", "").strip()
        return float(text) if WHOLE.fullmatch(text) else len(setting.choices)

    for one in sorted(setting.choices, key=place):
        if setting.all_of_them or f"{setting.path}:{one}" in sent:
            yield one


def faces_offered() -> list[tuple[str, str]]:
    """The faces a style may have."""
    return [(name, str(_(word))) for name, word in FACES.items()]


def faces_here(fonts_dir: Path) -> list[tuple[str, str]]:
    """Each face's word with what this machine sets it in."""
    here = []
    for found in wing.found_faces(fonts_dir):
        if not found.used:
            used = _("本机没有，也没有可代替的")
        elif found.is_substituted:
            used = _("本机没有，PDF 以 %(used)s 代替", used=found.used)
        else:
            used = found.used
        here.append((str(_(FACES[found.face])), used))
    return here


def aligns_offered() -> list[tuple[str, str]]:
    """The ways a text may stand."""
    return [(value, str(_(word))) for value, word in ALIGNS.items()]


class NewLayoutForm(FlaskForm):  # type: ignore[misc]
    """A layout of the office's own, after one that is there."""

    name = StringField(
        _l("代号"),
        description=_l("文件夹的名字：小写字母、数字、下划线和短横，如 yunting"),
        validators=[
            InputRequired(_l("请填写代号。")),
            Length(max=60),
            Regexp(r"[a-z0-9][a-z0-9_-]*$", message=_l("只能用小写字母、数字、下划线和短横。")),
        ],
    )
    title = StringField(
        _l("版式名称"),
        description=_l("选版式时看到的名称"),
        validators=[
            InputRequired(_l("请填写版式名称。")),
            Length(max=30, message=_l("最多30字。")),
        ],
    )


class PackageForm(FlaskForm):  # type: ignore[misc]
    """Layouts in a ZIP."""

    package = FileField(_l("版式文件（ZIP）"), validators=[FileRequired(_l("请选择文件。"))])
    replaces = BooleanField(_l("替换本单位同名的版式（原来的内容保留在“以前的各版”里）"))
