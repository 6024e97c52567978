"""In this file we name the faces offices use, and what stands in for them where they are missing.

A DOCX names the office's own faces and lets the reader's machine supply them. A PDF embeds what
this machine has: each face is a chain, from the office's own down to one that has rare characters.
"""

from __future__ import annotations

import bisect
import functools
import hashlib
import os
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

RARE = ("Noto Serif CJK SC", "Noto Sans CJK SC", "HanaMinA", "HanaMinB", "Noto Color Emoji")
"""Where a character is looked for that the face itself lacks."""


LATIN = "Jianbao Latin"
"""The family the PDF sets Latin letters and Arabic digits in. Chinese quotation marks are never
taken from it: a Latin face has them narrow."""
LATIN_FAMILIES = ("Times New Roman", "Liberation Serif", "Tinos", "Nimbus Roman", "TeX Gyre Termes")
"""Times New Roman and faces of its widths, so that lines break alike in Word and PDF."""
LATIN_RANGE = "U+21-7E, U+A1-B6, U+B8-17F"


@dataclass(frozen=True)
class Face:
    """One face of a layout: its name in DOCX and the chain of families in PDF."""

    name: str
    docx: str
    families: tuple[str, ...]
    own: int = 2
    """So many of the families, the first ones, are the office's face itself."""
    substitute_weight: str = "normal"
    """The weight at which what stands in comes nearest; the face itself has one weight."""
    latin: bool = True
    """Whether digits and letters stand in the Latin face."""

    @property
    def chain(self) -> tuple[str, ...]:
        """Every family, the fallbacks for rare characters last."""
        families = (*((LATIN,) if self.latin else ()), *self.families)
        return (*families, *(family for family in RARE if family not in self.families))


FACES: dict[str, Face] = {
    face.name: face
    for face in (
        Face(
            "title",
            "方正小标宋简体",
            (
                "FZXiaoBiaoSong-B05S",
                "方正小标宋简体",
                "FZXiaoBiaoSong-B05",
                "STZhongsong",
                "Noto Serif CJK SC",
            ),
            own=4,
            substitute_weight="bold",
        ),
        Face(
            "fang",
            "仿宋_GB2312",
            (
                "FangSong_GB2312",
                "仿宋_GB2312",
                "FangSong",
                "STFangsong",
                "FandolFang",
                "Noto Serif CJK SC",
            ),
            own=4,
        ),
        Face(
            "kai",
            "楷体_GB2312",
            ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "STKaiti", "FandolKai", "LXGW WenKai"),
            own=4,
        ),
        Face("hei", "黑体", ("SimHei", "STHeiti", "FandolHei", "Noto Sans CJK SC")),
        Face("song", "宋体", ("SimSun", "STSong", "FandolSong", "Noto Serif CJK SC"), latin=False),
    )
}
"""小标宋, 仿宋, 楷体, 黑体, 宋体 (domain.md 2.6)."""


@dataclass(frozen=True)
class Found:
    """What this machine has for a face."""

    face: str
    wanted: str
    used: str
    """The family that is really used; empty where none of the chain is here."""

    @property
    def is_substituted(self) -> bool:
        """Whether it is not the office's own face."""
        face = FACES[self.face]
        return self.used not in face.families[: face.own]

    @property
    def weight(self) -> str:
        """The weight it is set in."""
        return FACES[self.face].substitute_weight if self.is_substituted else "normal"


def found_faces(fonts_dir: Path | None = None) -> list[Found]:
    """What is used for each face on this machine."""
    return [found_face(name, fonts_dir) for name in FACES]


def found_face(name: str, fonts_dir: Path | None = None) -> Found:
    """What is used for one face on this machine."""
    face, here = FACES[name], _installed(fonts_dir).families
    return Found(name, face.docx, next((f for f in face.families if f in here), ""))


def missing_characters(text: str, fonts_dir: Path | None = None) -> list[str]:
    """The characters of a text that no face on this machine has, each once, in order."""
    installed = _installed(fonts_dir)
    return [
        character
        for character in dict.fromkeys(text)
        if (category := unicodedata.category(character)) not in UNSEEN
        and character not in VARIATION_SELECTORS
        # A character an office made for itself (造字) looks different in every face that has one.
        and (category == "Co" or not installed.has(ord(character)))
    ]


COMMON = Path(__file__).parent / "library" / "rare.txt"
"""Characters of names of persons and places that are rare and yet come up every year."""


def usual_characters() -> str:
    """GB 2312 of both levels, then rare characters of names: what a face should have."""
    rows = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    levels = "".join(pair.decode("gb2312", errors="ignore") for pair in rows)
    rare = "".join(COMMON.read_text(encoding="utf-8").split())
    return "".join(dict.fromkeys(levels + rare))


@dataclass(frozen=True)
class Lack:
    """What one face lacks of a text."""

    found: Found
    substituted: tuple[str, ...]
    """Characters the family that is used has not, but another on this machine has."""
    missing: tuple[str, ...]
    """Characters no face on this machine has."""


def lacks(text: str, fonts_dir: Path | None = None) -> list[Lack]:
    """What each face lacks of the characters of a text; in a machine without faces, nothing."""
    installed = _installed(fonts_dir)
    nowhere = tuple(missing_characters(text, fonts_dir))
    seen = [one for one in dict.fromkeys(text) if unicodedata.category(one) not in UNSEEN]
    answer = []
    for found in found_faces(fonts_dir):
        covered = installed.coverage.get(found.used, ((), ()))
        elsewhere = tuple(
            one
            for one in seen
            if found.used
            and one not in nowhere
            and one not in VARIATION_SELECTORS
            and not _holds(ord(one), *covered)
        )
        answer.append(Lack(found, elsewhere, nowhere))
    return answer


UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
VARIATION_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))


def latin_files(fonts_dir: Path | None = None) -> dict[str, Path]:
    """The files of the Latin face by weight, normal and bold; empty where there is none."""
    files = _installed(fonts_dir).files
    for family in LATIN_FAMILIES:
        found = {
            weight: files[family, style]
            for weight, style in (("normal", "Regular"), ("bold", "Bold"))
            if (family, style) in files
        }
        if "normal" in found:
            return found
    return {}


@dataclass(frozen=True)
class _Installed:
    """What fontconfig knows of the faces on this machine."""

    families: frozenset[str]
    files: Mapping[tuple[str, str], Path]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    """The characters some face has, as ranges in order."""
    coverage: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=dict)
    """The same for each family."""

    def has(self, code: int) -> bool:
        return not self.starts or _holds(code, self.starts, self.ends)


def _holds(code: int, starts: tuple[int, ...], ends: tuple[int, ...]) -> bool:
    place = bisect.bisect_right(starts, code) - 1
    return place >= 0 and code <= ends[place]


def _installed(fonts_dir: Path | None) -> _Installed:
    found = _listed(fonts_dir, fonts_stamp(fonts_dir))
    if not found.families:
        _listed.cache_clear()  # No answer is not kept: it is asked for again the next time.
    return found


def fonts_stamp(fonts_dir: Path | None) -> int:
    """A number that changes when faces are put into an office's folder or taken out of it."""
    if fonts_dir is None or not fonts_dir.is_dir():
        return 0
    return hash(tuple(sorted((str(p), p.stat().st_mtime_ns) for p in fonts_dir.rglob("*"))))


@functools.lru_cache(maxsize=4)
def _listed(fonts_dir: Path | None, _stamp: int) -> _Installed:
    if shutil.which("fc-list") is None:
        return _Installed(frozenset(), {}, (), ())
    listed = subprocess.run(
        ["fc-list", "--format", "%{file}\t%{family}\t%{style}\t%{charset}\n"],  # noqa: S607 - found on the path of the machine
        capture_output=True,
        text=True,
        check=False,
        env=fontconfig_environment(fonts_dir),
    )
    families: set[str] = set()
    files: dict[tuple[str, str], Path] = {}
    ranges: set[tuple[int, int]] = set()
    of_family: dict[str, set[tuple[int, int]]] = {}
    for line in sorted(listed.stdout.splitlines()):
        file, names, styles, charset = [*line.split("\t"), "", "", ""][:4]
        families |= {name.strip() for name in names.split(",")}
        for name in names.split(","):
            files.setdefault((name.strip(), styles.partition(",")[0]), Path(file))
        held = set(map(_range, charset.split()))
        ranges |= held
        for name in names.split(","):
            of_family.setdefault(name.strip(), set()).update(held)
    starts, ends = _joined(ranges)
    coverage = {family: _joined(held) for family, held in of_family.items()}
    return _Installed(frozenset(families), files, starts, ends, coverage)


def _range(text: str) -> tuple[int, int]:
    start, _dash, end = text.partition("-")
    return int(start, 16), int(end or start, 16)


def _joined(ranges: set[tuple[int, int]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Overlapping ranges as few that do not overlap, in order."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(ranges):
        if ends and start <= ends[-1] + 1:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return tuple(starts), tuple(ends)


def fontconfig_environment(fonts_dir: Path | None) -> dict[str, str]:
    """The environment in which fontconfig sees the office's own faces too."""
    environment = dict(os.environ)
    if fonts_dir is not None and fonts_dir.is_dir() and any(fonts_dir.iterdir()):
        environment["FONTCONFIG_FILE"] = str(_configuration(fonts_dir))
    return environment


def _configuration(fonts_dir: Path) -> Path:
    text = (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"  <dir>{escape(str(fonts_dir.resolve()))}</dir>\n"
        f'  <include ignore_missing="yes">{escape(_base_configuration())}</include>\n'
        "</fontconfig>\n"
    )
    folder = Path(tempfile.gettempdir()) / f"jianbao-fonts-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.conf"
    if not path.is_file():
        path.write_text(text, encoding="utf-8")
    return path


def _base_configuration() -> str:
    return os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")


def css_families(face: str) -> str:
    """The chain of a face as CSS writes it."""
    return ", ".join(f'"{family}"' for family in FACES[face].chain)
