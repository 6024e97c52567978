"""In this file tests open Word files, and let LibreOffice set them in the faces the PDF has."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
import pdfplumber
from docx.oxml.ns import qn
from lxml import etree

import layouts
from layouts import grid
from layouts.fonts import FACES, LATIN_FAMILIES, found_face
from tests.conftest import need
from tests.layouts import samples

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MM = grid.POINTS_PER_MM
PDF_WITH_BLANK_PAGES = (
    'pdf:writer_pdf_Export:{"IsSkipEmptyPages":{"type":"boolean","value":"false"}}'
)
"""LibreOffice leaves blank pages out of a PDF, which a printer does print."""


def docx_of(data: dict[str, Any] | None = None, **more: Any) -> bytes:
    """The Word file of an issue in its JSON form."""
    return layouts.typeset(samples.document(data), "docx", **more).content


def opened(content: bytes) -> Any:
    """A Word file in python-docx."""
    return docx.Document(io.BytesIO(content))


def part(content: bytes, name: str) -> Any:
    """One part of a Word file as XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return etree.fromstring(package.read(name))


def words_of(element: Any) -> str:
    """The words of an element; a tab or a break is none."""
    return "".join(text.text or "" for text in element.iter(qn("w:t")))


def set_by_libreoffice(files: Mapping[str, bytes], folder: Path) -> dict[str, Path]:
    """Each Word file as a PDF that LibreOffice has set, by its name; skips without LibreOffice."""
    program = shutil.which("soffice")
    need(program, "LibreOffice (Debian package libreoffice-writer)")
    need(found_face("fang").used, "a face for 仿宋 (FandolFang)")
    paths = []
    for name, content in files.items():
        paths.append(folder / f"{name}.docx")
        paths[-1].write_bytes(content)
    fonts = folder / "fonts.conf"
    fonts.write_text(faces(), encoding="utf-8")
    subprocess.run(
        [
            str(program), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
            "--convert-to", PDF_WITH_BLANK_PAGES, "--outdir", str(folder), *map(str, paths),
        ],
        env=os.environ | {"FONTCONFIG_FILE": str(fonts)},
        check=True,
        capture_output=True,
        timeout=300,
    )  # fmt: skip
    return {path.stem: path.with_suffix(".pdf") for path in paths}


def faces() -> str:
    """What an office has and this machine may not: the faces a Word file names."""
    wanted: dict[str, tuple[str, ...]] = {
        face.docx: (found_face(face.name).used,) for face in FACES.values()
    }
    wanted["Times New Roman"] = (*LATIN_FAMILIES, found_face("fang").used)
    rules = "".join(
        f'<match target="pattern"><test name="family" qual="any"><string>{escape(name)}</string>'
        '</test><edit name="family" mode="assign" binding="strong">'
        f"{''.join(f'<string>{escape(one)}</string>' for one in families if one)}</edit></match>"
        for name, families in wanted.items()
    )
    base = os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">{escape(base)}</include>{rules}</fontconfig>'
    )


def printed_lines(pdf: Path | bytes) -> list[list[str]]:
    """The lines of each page without its number, the dots of the contents and every blank."""
    source = pdf if isinstance(pdf, Path) else io.BytesIO(pdf)
    with pdfplumber.open(source) as file:
        return [_lines(page) for page in file.pages]


def _lines(page: Any) -> list[str]:
    lines: list[tuple[float, list[Any]]] = []
    chars = [char for char in page.chars if char["text"].strip()]
    for char in sorted(chars, key=lambda one: -one["matrix"][5]):
        height = char["matrix"][5]
        if height / MM < grid.BOTTOM - 1:
            continue
        if not lines or lines[-1][0] - height > SAME_LINE:
            lines.append((height, []))
        lines[-1][1].append(char)
    return [
        LEADER.sub("", "".join(one["text"] for one in sorted(line, key=lambda one: one["x0"])))
        for _height, line in lines
    ]


LEADER = re.compile(r"\.+(?=（\d+）$)")
SAME_LINE = 5.0
"""Points: a raised figure stands in the line it is raised from."""
