"""In this file paper sheets are pressed for later rooms, which do not touch the wings."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal, cast

from flask import Response, send_file
from flask_babel import gettext as _

import layouts
from publisher.errors import InputRefused, NotFound
from publisher.settings import settings

FORMS = frozenset({"docx", "pdf"})
NO_LISTS: Mapping[str, Sequence[Mapping[str, str]]] = MappingProxyType({})


def answer(
    name: str,
    words: Mapping[str, str],
    form: str,
    *,
    title: str,
    lists: Mapping[str, Sequence[Mapping[str, str]]] = NO_LISTS,
) -> Response:
    """A sheet filled with `words` and the rows of `lists`, as a download.

    Raises `NotFound` for an unknown form.
    """
    if form not in FORMS:
        raise NotFound
    office = settings()
    try:
        edition = layouts.typeset_sheet(
            layouts.fill_sheet(name, words, office.layouts_path, lists),
            cast("Literal['docx', 'pdf']", form),
            fonts_dir=office.fonts_path,
        )
    except layouts.LayoutError as error:
        raise InputRefused(_("单据未能生成：%(reason)s", reason=str(error))) from error
    return send_file(
        io.BytesIO(edition.content),
        mimetype=edition.media_type,
        as_attachment=True,
        download_name=f"{title}.{form}",
    )
