"""In this file we name what is wrong with a document though it can be printed, and how grave it is.

One table holds every code with its severity and its sentence. Whatever finds a fault names the code
alone, so that the same fault is told in the same words and stops the same act everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a fault does to the signing of an issue."""

    HARD = "hard"
    """It stops it."""
    SOFT = "soft"
    """It is asked about: a person says that it shall be so."""


@dataclass(frozen=True)
class Kind:
    """What is said of every fault of one code; the words in braces come from where it is found."""

    severity: Severity
    sentence: str
    english: str


_HARD, _SOFT = Severity.HARD, Severity.SOFT
KINDS: Mapping[str, Kind] = {
    # The issue as a whole.
    "issue-empty": Kind(
        _HARD,
        "本期没有稿件。",
        "The issue has no items.",
    ),
    "layout-invalid": Kind(
        _HARD,
        "{reason}",
        "{reason}",
    ),
    "number-out-of-order": Kind(
        _HARD,
        "{reason}",
        "{reason}",
    ),
    "articles-many": Kind(
        _SOFT,
        "版式“{layout}”每期最多{most}篇，本期有{count}篇。",
        "The layout “{layout}” takes at most {most} items an issue; this one has {count}.",
    ),
    "section-empty": Kind(
        _SOFT,
        "栏目“{title}”下没有稿件，不会印出。",
        "The section “{title}” has no items and will not be printed.",
    ),
    # Faces and characters.
    "face-missing": Kind(
        _HARD,
        "{face}没有可用的字体，请系统管理员安装。",
        "No typeface for {face} is installed; an administrator has to install one.",
    ),
    "face-substituted": Kind(
        _SOFT,
        "{face}由“{used}”代替，PDF与单位字体不同。",
        "{used} stands in for {face}; the PDF differs from the office’s own typeface.",
    ),
    "character-missing": Kind(
        _HARD,
        "“{character}”（{point}）没有可用的字体，会排成空框。",
        "No typeface has “{character}” ({point}); it would be printed as an empty box.",
    ),
    # Photos and tables.
    "image-dropped": Kind(
        _SOFT,
        "{name}不是随稿上传的照片，没有排入。",
        "{name} is no photo sent in with the item and was left out.",
    ),
    "photo-missing": Kind(
        _HARD,
        "照片“{name}”没有随稿件提供，版面上只排说明。",
        "The photo “{name}” did not come with the item; only its caption is set.",
    ),
    "photo-unreadable": Kind(
        _HARD,
        "照片“{name}”已损坏或不是图片，版面上只排说明。",
        "The photo “{name}” is damaged or no picture; only its caption is set.",
    ),
    "photo-coarse": Kind(
        _SOFT,
        "照片“{name}”印出来只有{dpi}点/英寸，低于{least}会发虚，请换清晰的原图。",
        "The photo “{name}” has only {dpi} dots an inch; a sharper one needs {least}.",
    ),
    "table-wide": Kind(
        _HARD,
        "表格有{columns}栏，版心156毫米放不下，请拆分。",
        "The table has {columns} columns, which 156 mm cannot hold; please split it.",
    ),
    "table-crowded": Kind(
        _SOFT,
        "表格有{columns}栏，A4纸竖排过挤，请拆分或精简。",
        "The table has {columns} columns, too many for an upright page; please split it.",
    ),
    "text-overflow": Kind(
        _HARD,
        "第{page}页“{words}”超出版心{mm}毫米，印不全。",
        "On page {page} “{words}” stands {mm} mm outside the type area and is cut.",
    ),
    # Footnotes.
    "note-missing": Kind(
        _SOFT,
        "脚注“{name}”没有写出内容，版面上照原样排“{typed}”。",
        "The footnote “{name}” is not written; “{typed}” is set as it stands.",
    ),
    "note-unused": Kind(
        _SOFT,
        "脚注“{name}”没有在正文中引用，没有排入。",
        "The footnote “{name}” is not referred to in the text and was left out.",
    ),
    "note-twice": Kind(
        _SOFT,
        "脚注“{name}”写了不止一次，只排第一次写的。",
        "The footnote “{name}” is written more than once; only the first is set.",
    ),
    # Articles and words.
    "article-empty": Kind(
        _SOFT,
        "《{title}》没有正文。",
        "“{title}” has no text.",
    ),
    "title-empty": Kind(
        _SOFT,
        "标题“{title}”没有文字。",
        "The title “{title}” has no words.",
    ),
    "title-long": Kind(
        _SOFT,
        "标题排成{lines}行，超过{most}行，请精简：“{title}”。",
        "The title takes {lines} lines, more than {most}; please shorten it: “{title}”.",
    ),
    "mark-doubled": Kind(
        _SOFT,
        "标点重复：“{around}”。",
        "Doubled punctuation: “{around}”.",
    ),
    "mark-half-width": Kind(
        _SOFT,
        "中文里用了半角“{mark}”，应为“{right}”：“{around}”。",
        "Half-width “{mark}” in Chinese text, which should be “{right}”: “{around}”.",
    ),
    "day-impossible": Kind(
        _SOFT,
        "没有这一天：{day}。",
        "There is no such day: {day}.",
    ),
    "heading-skipped": Kind(
        _SOFT,
        "“{words}”是第{level}级标题，上面只到第{above}级，跳了层次。",
        "The heading “{words}” of level {level} follows one of level {above}.",
    ),
    # Leaders, held against the office's list.
    "leader-name": Kind(
        _SOFT,
        "“{words}”与领导名单不符：{post}是{name}，请核对姓名。",
        "“{words}” differs from the list of leaders: {post} is {name}; check the name.",
    ),
    "leader-post": Kind(
        _SOFT,
        "“{words}”与领导名单不符：{name}的职务是{post}，请核对职务。",
        "“{words}” differs from the list of leaders: {name} is {post}; check the post.",
    ),
    "leader-order": Kind(
        _SOFT,
        "“{words}”里领导排列与名单次序不同，应为{right}。",
        "“{words}” has leaders in another order than the list, which is {right}.",
    ),
}


@dataclass(frozen=True)
class Fault:
    """One thing a person should look at, and where."""

    code: str
    """Such as photo-missing; a key of `KINDS`."""
    place: str
    """The block, article or field it stands in."""
    sentence: str
    quote: str = ""
    """The very words it is about, as they stand there, so that a person finds them."""
    english: str = ""
    """The sentence for those who work in English."""

    @property
    def severity(self) -> Severity:
        """Whether it stops the signing or is asked about."""
        kind = KINDS.get(self.code)
        return kind.severity if kind else Severity.SOFT


def tell(code: str, place: str, *, quote: str = "", **words: object) -> Fault:
    """A fault of that code in its sentences; raises `KeyError` for an unknown code or word."""
    kind = KINDS[code]
    return Fault(code, place, kind.sentence.format(**words), quote, kind.english.format(**words))
