"""In this file we read what is typed about an old issue."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField

from publisher.retrospect.drafts import Article, Draft
from publisher.retrospect.numerals import plain

IMPRINT = ("to_superior", "to_peer", "to_subordinate", "signer", "editor")
"""What of the imprint can be mended by hand; the rest stays as it was read."""


class TakeInForm(FlaskForm):  # type: ignore[misc]
    """Files of old issues."""

    files = MultipleFileField(
        _l("旧刊文件"),
        description=_l(
            "Word（.docx、.doc）、PDF、文本文件、扫描图片（.tif、.png、.jpg），或装有这些的 ZIP。"
            "一个文件是一期；几页的扫描件请合成一个 PDF 或 TIFF。"
        ),
    )
    tells_counters = BooleanField(
        _l("期号计数接在补录的最后一期之后"),
        description=_l("本系统启用前已编到第几期，今后就从第几期接着编。"),
    )


def read_draft(typed: MultiDict[str, str], before: Draft) -> Draft:
    """A draft as it was mended; what the page does not show stays as it was."""
    titles = typed.getlist("title")
    columns = [typed.getlist(name) for name in ("body", "source_line", "section")]
    rows = zip(titles, *columns, strict=False)
    return Draft(
        serial=typed.get("serial", "").strip()[:60],
        number=_whole(typed.get("number", "")),
        total=_whole(typed.get("total", "")),
        year=_whole(typed.get("year", "")),
        supplement=typed.get("supplement") == "1",
        dated_on=typed.get("dated_on", "").strip()[:10],
        office=typed.get("office", "").strip()[:120],
        handling=typed.get("handling", "").strip()[:60],
        articles=[
            Article(
                " ".join(title.split())[:300],
                body.replace("\r\n", "\n").strip(),
                source.strip()[:200],
                section.strip()[:60],
            )
            for title, body, source, section in rows
        ],
        imprint=before.imprint
        | {name: typed.get(name, "").strip()[:2000] for name in IMPRINT if name in typed},
        doubts=before.doubts,
        unsure=before.unsure,
    )


def _whole(text: str) -> int | None:
    digits = plain(text)
    return int(digits) if digits.isdigit() and digits.isascii() and len(digits) < 8 else None
