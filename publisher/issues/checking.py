"""In this file an issue is looked at before it is sent and signed: what stops it, what is asked.

What the presses find is made by the room of publication and kept as a `Check` of one content; what
hangs on other issues is asked of the records each time. Nothing goes on its way, and nothing is
signed, whose very content was not looked through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from publisher.errors import StepRefused
from publisher.issues import queries
from publisher.issues.model import Check, Issue
from publisher.issues.source import digest_in_work, source_of
from publisher.language import is_chinese
from publisher.people.model import Person
from publisher.serials import queries as serials
from publisher.settings import settings

STANDING = frozenset({"face-substituted"})
"""What is the machine's and not the issue's: confirmed once, it is not asked about again."""


@dataclass(frozen=True)
class Found:
    """One fault with its place."""

    code: str
    place: str
    sentence: str
    quote: str = ""
    page: int | None = None
    """The page it stands on, where the pages were set."""
    is_hard: bool = False
    english: str = ""

    @property
    def told(self) -> str:
        """The sentence in the language of whoever reads it; what is confirmed keeps the Chinese."""
        return self.sentence if is_chinese() else self.english or self.sentence


@dataclass(frozen=True)
class Look:
    """All that is known against an issue as it stands."""

    digest: str
    check: Check | None
    """None where this content was not looked through yet."""
    hard: tuple[Found, ...] = ()
    """What stops it."""
    soft: tuple[Found, ...] = ()
    """What is asked about."""
    known: tuple[Found, ...] = ()
    """What was confirmed with an earlier issue and is only shown."""

    @property
    def is_made(self) -> bool:
        """Whether this very content was looked through."""
        return self.check is not None


def content_of(issue: Issue) -> tuple[dict[str, Any], dict[str, str]]:
    """What would be printed if the issue were signed now, without number and names, and photos."""
    source = source_of(issue)
    return source, queries.photos_of(issue, source)


def digest_as_it_stands(issue: Issue) -> str:
    """The digest of an issue's content as it stands, and of the layout it would be set in."""
    source, photos = content_of(issue)
    look = serials.layout_version(issue.serial.layout, settings().layouts_path)
    return digest_in_work(issue.id, source, photos, look=look)


def look_at(issue: Issue) -> Look:
    """What is known against an issue as it stands now."""
    digest = digest_as_it_stands(issue)
    check = queries.check_of(issue.id, digest)
    faults = [_found(one) for one in (check.faults if check else ())]
    standing = any(one.code in STANDING for one in faults)
    confirmed = queries.confirmed_before(issue.id) if standing else frozenset()
    known = [one for one in faults if one.code in STANDING and one.sentence in confirmed]
    return Look(
        digest,
        check,
        hard=(*_out_of_order(issue), *(one for one in faults if one.is_hard)),
        soft=tuple(one for one in faults if not one.is_hard and one not in known),
        known=tuple(known),
    )


def _found(kept: Mapping[str, Any]) -> Found:
    return Found(
        code=kept["code"],
        place=kept["place"],
        sentence=kept["sentence"],
        quote=kept.get("quote", ""),
        page=kept.get("page"),
        is_hard=bool(kept["hard"]),
        english=kept.get("english", ""),
    )


def _out_of_order(issue: Issue) -> list[Found]:
    """Whether its number would stand before or upon another's, by the issues signed so far."""
    if issue.edition > 1:
        return []
    latest = queries.latest_signed(issue.serial, issue.series)
    if latest is None or latest.dated_on <= issue.dated_on:
        return []
    sentence = _(
        "刊发日期%(day)s早于已签发的%(number)s（%(latest)s），期号和日期会前后颠倒，请改刊发日期。",
        day=issue.dated_on.isoformat(),
        number=latest.number_text,
        latest=latest.dated_on.isoformat(),
    )
    return [Found("number-out-of-order", "dated_on", sentence, is_hard=True)]


def must_be_checked(look: Look) -> None:
    """Refuse content that was not looked through, and such as has a hard fault."""
    if not look.is_made:
        raise StepRefused(_("这一稿的版面还没有检查完，请稍候再办。"))
    if look.hard:
        reasons = " ".join(one.told for one in look.hard)
        raise StepRefused(_("有必须改正的问题，改好后才能送签和签发：%(reasons)s", reasons=reasons))


def confirm(look: Look, *, by: Person, at: datetime) -> None:
    """Keep with the check who sends the issue with the soft faults it has."""
    if look.check is not None:
        look.check.confirmed_by, look.check.confirmed_at = by, at


def within(found: Iterable[Found], article: str) -> list[Found]:
    """The faults that stand in one article, named as the pages name it: item-17."""
    return [one for one in found if one.place == article or one.place.startswith(f"{article}-p")]
