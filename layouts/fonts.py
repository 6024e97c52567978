"""In this file we name the faces offices use, and what stands in for them where they are missing.

A DOCX names the office's own faces and lets the reader's machine supply them. A PDF embeds what
this machine has: each face is a chain, from the office's own down to one that has rare characters.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

RARE = ("Noto Serif CJK SC", "Noto Sans CJK SC", "HanaMinA", "HanaMinB", "Noto Color Emoji")
"""Where a character is looked for that the face itself lacks."""


@dataclass(frozen=True)
class Face:
    """One face of a layout: its name in DOCX and the chain of families in PDF."""

    name: str
    docx: str
    families: tuple[str, ...]
    weight: str = "normal"
    """Of the families that stand in; the office's own face is one weight."""

    @property
    def chain(self) -> tuple[str, ...]:
        """Every family, the fallbacks for rare characters last."""
        return (*self.families, *(family for family in RARE if family not in self.families))


FACES: dict[str, Face] = {
    face.name: face
    for face in (
        Face(
            "title",
            "方正小标宋简体",
            ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong", "Noto Serif CJK SC"),
            "bold",
        ),
        Face(
            "fang",
            "仿宋_GB2312",
            ("FangSong_GB2312", "FangSong", "STFangsong", "FandolFang", "Noto Serif CJK SC"),
        ),
        Face(
            "kai",
            "楷体_GB2312",
            ("KaiTi_GB2312", "KaiTi", "STKaiti", "FandolKai", "LXGW WenKai"),
        ),
        Face("hei", "黑体", ("SimHei", "STHeiti", "FandolHei", "Noto Sans CJK SC")),
        Face("song", "宋体", ("SimSun", "STSong", "FandolSong", "Noto Serif CJK SC")),
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
        return self.used not in FACES[self.face].families[:2]


def found_faces(fonts_dir: Path | None = None) -> list[Found]:
    """What is used for each face on this machine."""
    here = installed_families(fonts_dir)
    return [
        Found(face.name, face.docx, next((f for f in face.families if f in here), ""))
        for face in FACES.values()
    ]


@functools.lru_cache(maxsize=4)
def installed_families(fonts_dir: Path | None = None) -> frozenset[str]:
    """The families fontconfig knows, those in `fonts_dir` included; none without fontconfig."""
    if shutil.which("fc-list") is None:
        return frozenset()
    listed = subprocess.run(
        ["fc-list", "--format", "%{family}\n"],  # noqa: S607 - found on the path of the machine
        capture_output=True,
        text=True,
        check=False,
        env=fontconfig_environment(fonts_dir),
    )
    return frozenset(
        name.strip() for line in listed.stdout.splitlines() for name in line.split(",")
    )


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
    path = folder / f"{abs(hash(text))}.conf"
    path.write_text(text, encoding="utf-8")
    return path


def _base_configuration() -> str:
    return os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")


def css_families(face: str) -> str:
    """The chain of a face as CSS writes it."""
    return ", ".join(f'"{family}"' for family in FACES[face].chain)
