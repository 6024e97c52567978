"""In this file we ask about serials."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from publisher.database import db
from publisher.errors import NotFound
from publisher.serials.model import Serial, SerialKind

Titles = Callable[[Path], list[tuple[str, str]]]
Keep = Callable[[str, Path], str]
_knowing: list[Titles] = []
_keeping: list[Keep] = []
_versioning: list[Keep] = []


def knows_layouts(titles: Titles) -> Titles:
    """Register who knows the layouts there are: a later room, the only one that may ask them."""
    _knowing.append(titles)
    return titles


def keeps_layouts(keep: Keep) -> Keep:
    """Register who keeps a layout as it stands, and gives its version."""
    _keeping.append(keep)
    return keep


def keep_layout(name: str, layouts_dir: Path) -> str:
    """Keep a layout as it is at this moment; its version, empty where it cannot be read."""
    return "".join(keep(name, layouts_dir) for keep in _keeping)


def versions_layouts(version: Keep) -> Keep:
    """Register who says which version a layout has as it stands."""
    _versioning.append(version)
    return version


def layout_version(name: str, layouts_dir: Path) -> str:
    """The version of a layout as it is at this moment; empty where it cannot be read."""
    return "".join(version(name, layouts_dir) for version in _versioning)


def layouts(layouts_dir: Path) -> list[tuple[str, str]]:
    """Name and title of every layout a serial may be printed in, the office's own too."""
    return [layout for titles in _knowing for layout in titles(layouts_dir)]


def serial(number: int) -> Serial:
    """The serial of that number; raises `NotFound`."""
    found = db.session.get(Serial, number)
    if found is None:
        raise NotFound
    return found


def serial_by_code(code: str) -> Serial | None:
    """The serial with that code."""
    return db.session.scalars(select(Serial).where(Serial.code == code)).one_or_none()


def active() -> list[Serial]:
    """The serials that are published, in the office's order."""
    return [one for one in all_serials() if one.is_active]


def only_active_of(kind: SerialKind) -> Serial | None:
    """The serial of a kind, where the office has exactly one that is published."""
    found = [one for one in active() if one.kind == kind]
    return found[0] if len(found) == 1 else None


def all_serials() -> list[Serial]:
    """Every serial, those given up included."""
    statement = select(Serial).order_by(Serial.position, Serial.id)
    parts = [selectinload(one) for one in (Serial.sections, Serial.steps, Serial.readers)]
    return list(db.session.scalars(statement.options(*parts)))
