"""In this file paper sheets are pressed for later rooms, which do not touch the wings."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, cast

from flask import Response, send_file
from flask_babel import gettext as _

import layouts
from publisher.config import Settings
from publisher.errors import InputRefused, NotFound
from publisher.settings import settings

Press = Literal["docx", "pdf"]
FORMS = frozenset({"docx", "pdf"})
NO_PICTURES: Mapping[str, Sequence[bytes]] = MappingProxyType({})
NO_LISTS: Mapping[str, Sequence[Mapping[str, str]]] = MappingProxyType({})


def answer(
    name: str,
    words: Mapping[str, str],
    form: str,
    *,
    title: str,
    lists: Mapping[str, Sequence[Mapping[str, str]]] = NO_LISTS,
    pictures: Mapping[str, Sequence[bytes]] = NO_PICTURES,
) -> Response:
    """A sheet filled with `words`, the rows of `lists` and the hand in `pictures`, as a download.

    Raises `NotFound` for an unknown form.
    """

    def made(office: Settings, press: Press) -> layouts.Edition:
        sheet = layouts.fill_sheet(name, words, office.layouts_path, lists, pictures)
        return layouts.typeset_sheet(sheet, press, fonts_dir=office.fonts_path)

    return _download(made, form, title)


def content(
    name: str,
    words: Mapping[str, str],
    form: str,
    lists: Mapping[str, Sequence[Mapping[str, str]]] = NO_LISTS,
) -> bytes:
    """The file of a filled sheet, for a job; raises `InputRefused` where it cannot be made."""

    def made(office: Settings, press: Press) -> layouts.Edition:
        sheet = layouts.fill_sheet(name, words, office.layouts_path, lists)
        return layouts.typeset_sheet(sheet, press, fonts_dir=office.fonts_path)

    return _edition(made, form).content


def plain(markdown: str) -> str:
    """The words of a Markdown text, a paragraph a line."""
    return layouts.plain_text(markdown)


def appended(pdf: bytes, others: Mapping[str, bytes]) -> bytes:
    """A PDF with others behind it; what cannot be appended is left out, as its list names all."""
    content, _left_out = layouts.appended(pdf, others)
    return content


def official(
    name: str, words: Mapping[str, str], form: str, *, title: str, attachments: tuple[str, ...] = ()
) -> Response:
    """An official document filled with `words`, as a download.

    Raises `NotFound` for an unknown form.
    """

    def made(office: Settings, press: Press) -> layouts.Edition:
        document = layouts.fill_official(name, words, office.layouts_path, attachments)
        return layouts.typeset_official(document, press, fonts_dir=office.fonts_path)

    return _download(made, form, title)


def _download(
    make: Callable[[Settings, Press], layouts.Edition], form: str, title: str
) -> Response:
    edition = _edition(make, form)
    return send_file(
        io.BytesIO(edition.content),
        mimetype=edition.media_type,
        as_attachment=True,
        download_name=f"{title}.{form}",
    )


def _edition(make: Callable[[Settings, Press], layouts.Edition], form: str) -> layouts.Edition:
    if form not in FORMS:
        raise NotFound
    try:
        return make(settings(), cast("Press", form))
    except layouts.LayoutError as error:
        raise InputRefused(_("单据未能生成：%(reason)s", reason=str(error))) from error
