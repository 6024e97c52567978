"""In this file one page is read from its picture: the program of a child process with limits.

    python -m publisher.retrospect.eye read 3 < pages.pdf
    python -m publisher.retrospect.eye bind < scan.tif

`read` prints what stands on a page as JSON: each line with its place in points, counted from the
upper left corner, and how sure it is; of unsure ones a picture too. `bind` makes a PDF of a
picture or of the pages of a TIFF file. The reading needs the optional part `ocr`; its models lie
in its package, and nothing is fetched.
"""

from __future__ import annotations

import base64
import io
import json
import resource
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageOps, ImageSequence

MEMORY = 4 * 1024**3
"""Bytes of address space; a page of A4 takes one, models and workspace included."""
SECONDS = 120
"""Of a processor, for one page; usual are four."""
DPI = 200
LONGEST = 3000
"""Pixels of a page's longer side: what is larger is read smaller."""
MOST_PIXELS = 60_000_000
"""Of a picture; as photos elsewhere."""
MOST_PAGES = 60
FORMATS = ("JPEG", "PNG", "TIFF")
A4 = (8.27, 11.69)
"""Inches."""
PLAUSIBLE = range(100, 1201)
"""Dots per inch a scanner may have meant; anything else is what a program wrote for want of it."""
SURE = 0.9
"""A line that is less sure is shown to a person beside its picture."""
NOISE = 0.3
"""What is less sure than this, and short, is a speck or part of a seal."""
MOST_PICTURES = 40
TURNS = (0, 180, 90, 270)
"""Ways a sheet may lie on the glass."""
REFUSED = 3
"""The exit code for a file that is refused in a sentence."""


class Refused(Exception):
    """A picture is not read; the sentence says why."""


def main() -> None:
    """Do what the first argument says, within limits."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    content = sys.stdin.buffer.read()
    try:
        if sys.argv[1] == "bind":
            made = bind(content)
        else:
            made = json.dumps(read(content, int(sys.argv[2]))).encode()
    except Refused as error:
        sys.stdout.buffer.write(str(error).encode())
        sys.exit(REFUSED)
    sys.stdout.buffer.write(made)


# -- pictures become pages -----------------------------------------------------------------------


def bind(content: bytes) -> bytes:
    """A PDF of a picture's pages, of the size they had on paper; raises `Refused`."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(content), formats=FORMATS) as image,
        ):
            if getattr(image, "n_frames", 1) > MOST_PAGES:
                raise Refused(f"图片超过 {MOST_PAGES} 页，请分开补录。")
            sheets = list(_sheets(image))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Refused("图片已损坏或像素过大，打不开。") from error
    made = pypdfium2.PdfDocument.new()
    for sheet, dpi in sheets:
        stream = io.BytesIO()
        sheet.save(stream, "PDF", resolution=dpi, quality=90)
        with pypdfium2.PdfDocument(stream.getvalue()) as one:
            made.import_pages(one)
    bound = io.BytesIO()
    made.save(bound)
    return bound.getvalue()


def _sheets(image: Image.Image) -> Iterator[tuple[Image.Image, float]]:
    for frame in ImageSequence.Iterator(image):
        if frame.width * frame.height > MOST_PIXELS or min(frame.size) < 1:
            raise Refused("图片像素过大，请缩小后再补录。")
        sheet = ImageOps.exif_transpose(frame)
        dpi = _dpi(sheet)
        if sheet.mode in {"RGBA", "LA", "PA"} or "transparency" in sheet.info:
            paper = Image.new("RGBA", sheet.size, "white")
            sheet = Image.alpha_composite(paper, sheet.convert("RGBA"))
        if sheet.mode.startswith("I"):
            sheet = sheet.point(lambda value: value / 256)
        yield sheet.convert("L" if sheet.mode in {"1", "L", "I", "I;16", "F"} else "RGB"), dpi


def _dpi(sheet: Image.Image) -> float:
    """What the scanner said, else what makes the sheet fit on A4."""
    said = sheet.info.get("dpi", (0, 0))[0]
    if round(float(said)) in PLAUSIBLE:
        return float(said)
    short, long = sorted(sheet.size)
    return max(short / A4[0], long / A4[1])


# -- pages become lines --------------------------------------------------------------------------


def read(content: bytes, number: int) -> dict[str, Any]:
    """What stands on a page of a PDF, counted from 1."""
    picture, scale = _rendered(content, number)
    eye = _eye()
    best: list[tuple[list[list[float]], str, float]] = []
    turned, turn_of_best = picture, 0
    for turn in TURNS:
        sheet = picture.rotate(turn, expand=True)
        found = _look(eye, sheet)
        if _weight(found) > _weight(best):
            best, turned, turn_of_best = found, sheet, turn
        if not found or _is_upright(found):
            break
    lines = [
        {
            "text": text,
            "sure": round(sure, 4),
            "box": [[x / scale, y / scale] for x, y in box],
        }
        for box, text, sure in best
    ]
    _add_pictures(lines, turned, scale)
    return {
        "width": turned.width / scale,
        "height": turned.height / scale,
        "turn": turn_of_best,
        "lines": lines,
    }


def _rendered(content: bytes, number: int) -> tuple[Image.Image, float]:
    """A page as a picture, and pixels for each point."""
    with pypdfium2.PdfDocument(content) as document:
        page = document[number - 1]
        scale = min(DPI / 72, LONGEST / max(page.get_size()))
        return page.render(scale=scale).to_pil().convert("RGB"), scale


def _eye() -> Any:
    import rapidocr  # noqa: PLC0415 - only who reads needs it

    models = Path(rapidocr.__file__).parent / "models"
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.text_score": 0.0,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            # Named, they are not looked for anywhere else.
            "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
            "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
        }
    )


def _look(eye: Any, sheet: Image.Image) -> list[tuple[list[list[float]], str, float]]:
    """Corners, text and sureness of each line that is none of specks and seals."""
    import numpy as np  # noqa: PLC0415

    seen = eye(np.asarray(sheet)[:, :, ::-1])
    if seen.boxes is None:
        return []
    return [
        ([[float(x), float(y)] for x, y in box], text, float(sure))
        for box, text, sure in zip(seen.boxes, seen.txts, seen.scores, strict=True)
        if text.strip() and not _is_noise(text.strip(), float(sure))
    ]


def _is_noise(text: str, sure: float) -> bool:
    """Whether what was read is a speck, a part of a seal, or a sign before an entry (◇, ●)."""
    if len(text) == 1 and not text > "\u2e7f":
        return sure < SURE
    return sure < NOISE and len(text) <= 3


def _weight(found: list[tuple[list[list[float]], str, float]]) -> float:
    """How much was read for sure."""
    return sum(len(text) * sure**4 for _box, text, sure in found)


def _is_upright(found: list[tuple[list[list[float]], str, float]]) -> bool:
    """Whether lines run from left to right and say something."""
    characters = sum(len(text) for _box, text, _sure in found)
    lying = sum(
        len(text)
        for box, text, _sure in found
        if abs(box[1][0] - box[0][0]) > abs(box[2][1] - box[1][1]) or len(text) < 3
    )
    return lying > characters * 0.7 and _weight(found) > characters * 0.6


def _add_pictures(lines: list[dict[str, Any]], sheet: Image.Image, scale: float) -> None:
    """Cut the unsure lines out of the page, so that a person sees what was not read well."""
    unsure = [one for one in lines if one["sure"] < SURE][:MOST_PICTURES]
    for one in unsure:
        xs = [x * scale for x, _y in one["box"]]
        ys = [y * scale for _x, y in one["box"]]
        around = (max(ys) - min(ys)) * 0.3
        cut = sheet.crop(
            (
                int(max(0, min(xs) - around)),
                int(max(0, min(ys) - around)),
                int(min(sheet.width, max(xs) + around)),
                int(min(sheet.height, max(ys) + around)),
            )
        )
        stream = io.BytesIO()
        cut.convert("L").save(stream, "PNG", optimize=True)
        one["picture"] = base64.b64encode(stream.getvalue()).decode()


if __name__ == "__main__":
    main()
