"""In this file the reading room gets true reading pages beside files of no time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

import layouts
from publisher.publication import press
from tests.publisher.publication.presses import fast_set_all


def readable_set_all(
    document: layouts.Document,
    photos: Mapping[str, bytes],
    *,
    progress: Callable[[str, int], None] = lambda _name, _page: None,
    **given: Any,
) -> press.Files:
    """The reading page as the true press makes it, beside files of no time."""
    files = fast_set_all(document, photos, progress=progress, **given)
    page = layouts.typeset(
        document,
        "html",
        images=photos,
        photo=lambda key: press.photo_name(key, photos[key]) if key in photos else "",
    )
    html = press.standalone(document, page.content)
    return press.Files({**files.by_name, press.HTML: html}, files.pages, ())


@pytest.fixture(autouse=True)
def _quick_presses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "set_all", readable_set_all)
