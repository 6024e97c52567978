"""In this file the child process sets pages: it reads requests on its input until it is closed.

A request is a line of JSON that says the lengths of the blobs behind it; an answer is the same,
with lines before it that tell how far a long document has come.
Nothing but the photos that came with a request can be read by what is set.
"""

from __future__ import annotations

import gc
import io
import json
import logging
import re
import resource
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from layouts.fonts import LATIN, LATIN_RANGE
from layouts.pdf.accessible import mend_tags, name_both
from layouts.pdf.footnotes import keep_first_rules
from layouts.pdf.lines import early_lines, set_chinese_lines
from layouts.pdf.speed import be_quick, garbage_stays, parsed

PAGE_TOLD = re.compile(r"Creating layout - Page (\d+)")
"""What the setter says of each page in its log, whether it sets it anew or not."""


class PhotosOnly(URLFetcher):  # type: ignore[misc]
    """Serves photo:KEY from what came with the request, and nothing else whatever it is."""

    def __init__(self, photos: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=("photo",), fail_on_errors=False)
        self._photos = photos

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002
        """The bytes of one photo; raises `ValueError` for every other address."""
        scheme, _colon, quoted = url.partition(":")
        key = unquote(quoted)
        if scheme.lower() != "photo" or key not in self._photos:
            raise ValueError(f"not a photo of this document: {url[:80]}")
        return URLFetcherResponse(url, self._photos[key], {"Content-Type": "image/*"})


NOTHING = PhotosOnly({})
"""What a style sheet may fetch."""


class FacesOnly(URLFetcher):  # type: ignore[misc]
    """Serves the files of the Latin face, named by the parent, and nothing else."""

    def __init__(self, files: Mapping[str, str]) -> None:
        super().__init__(allowed_protocols=("face",), fail_on_errors=False)
        self._files = files

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002
        """The bytes of one file; raises `ValueError` for every other address."""
        weight = url.removeprefix("face:")
        if weight not in self._files:
            raise ValueError(f"not a face: {url[:80]}")
        return URLFetcherResponse(url, Path(self._files[weight]).read_bytes())


def _fonts(latin: Mapping[str, str]) -> FontConfiguration:
    """The machine's faces, and the Latin one for its own characters alone."""
    fonts = FontConfiguration()
    css = "".join(
        f'@font-face {{ font-family: "{LATIN}"; font-weight: {weight}; '
        f'src: url("face:{weight}"); unicode-range: {LATIN_RANGE}; }}'
        for weight in latin
    )
    weasyprint.CSS(string=css, font_config=fonts, url_fetcher=FacesOnly(latin))
    return fonts


class PagesTold(logging.Handler):
    """Tells the parent which page is being set, as the setter's own log says it."""

    EVERY_SECONDS = 0.5

    def __init__(self, sink: BinaryIO) -> None:
        super().__init__()
        self._sink = sink
        self._told_at = time.monotonic()

    def begin(self) -> None:
        """A new document: a short one is done before anything is told."""
        self._told_at = time.monotonic()

    def emit(self, record: logging.LogRecord) -> None:
        """Tell the page of a line such as "Step 5 - Creating layout - Page 12 (up-to-date)"."""
        now = time.monotonic()
        told = PAGE_TOLD.search(record.getMessage())
        if told is not None and now - self._told_at >= self.EVERY_SECONDS:
            self._told_at = now
            _answer(self._sink, {"page": int(told.group(1))}, b"")


def main(most_memory: int, latin: Mapping[str, str]) -> None:
    """Answer requests until the input ends; `most_memory` is in bytes."""
    resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    set_chinese_lines()
    fonts = _fonts(latin)
    be_quick()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    told_pages = PagesTold(sink)
    setter = logging.getLogger("weasyprint.progress")
    setter.setLevel(logging.INFO)
    setter.propagate = False
    setter.addHandler(told_pages)
    while (line := source.readline()) != b"":
        request = json.loads(line)
        photos = {key: source.read(size) for key, size in request["photos"]}
        attached = [source.read(size) for *_named, size in request["attachments"]]
        told_pages.begin()
        try:
            with garbage_stays():
                pdf, told = _set(request, photos, attached, fonts)
            header: dict[str, Any] = {"size": len(pdf), **told}
        except Exception as error:  # noqa: BLE001 - told to the parent, which names it
            pdf, header = b"", {"error": f"{type(error).__name__}: {error}"[:500]}
        _answer(sink, header, pdf)
        # Now nobody waits for it.
        gc.collect()


def _answer(sink: BinaryIO, header: Mapping[str, Any], body: bytes) -> None:
    sink.write(json.dumps(header).encode() + b"\n" + body)
    sink.flush()


def _set(
    request: Mapping[str, Any],
    photos: Mapping[str, bytes],
    attached: list[bytes],
    fonts: FontConfiguration,
) -> tuple[bytes, dict[str, Any]]:
    html = weasyprint.HTML(
        string=request["html"], base_url="photo:", url_fetcher=PhotosOnly(photos)
    )
    css = parsed(request["css"], fonts, NOTHING)
    document = html.render(stylesheets=[css], font_config=fonts, optimize_images=True, dpi=300)
    if len(document.pages) > request["most_pages"]:
        raise MemoryError(f"more than {request['most_pages']} pages")
    keep_first_rules(document.pages)
    # What runs over several pages is named on each of them; the first is where it begins.
    places = {
        name: number
        for number, page in reversed(list(enumerate(document.pages, 1)))
        for name in page.anchors
    }
    day = datetime.fromisoformat(request["day"]).replace(tzinfo=UTC)
    document.metadata.attachments = [
        weasyprint.Attachment(
            file_obj=io.BytesIO(content),
            name=name,
            description=description,
            relationship=relationship,
            created=day,
            modified=day,
        )
        for (name, description, relationship, _size), content in zip(
            request["attachments"], attached, strict=True
        )
    ]
    name_both(document.metadata)
    pdf = document.write_pdf(
        finisher=mend_tags,
        pdf_variant=request["variant"],
        pdf_identifier=request["identifier"].encode(),
        pdf_tags=True,
        custom_metadata=True,
    )
    told = {"pages": len(document.pages), "places": places, "early": early_lines(document.pages)}
    return pdf, told


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
