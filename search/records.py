"""In this file we say what is indexed, what is asked beside the words, and what is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple, get_args

from search.errors import RecordInvalid

Kind = Literal["item", "issue", "instruction", "case", "report", "file", "adoption"]
Sort = Literal["relevance", "newest", "oldest", "rank"]

KINDS: tuple[str, ...] = get_args(Kind)
FACETS = (
    "kind",
    "serial",
    "year",
    "section",
    "category",
    "tag",
    "unit",
    "urgency",
    "instructed",
    "leader",
    "instructed_in",
    "state",
    "handler",
    "adopted",
)
"""The facets, in the order in which a page offers them."""
MANY = frozenset({"tag", "unit", "handler", "about"})
"""Fields of which a record may have several values."""
ORDERS = frozenset({"instruction", "case"})
"""Kinds that say by themselves that something was instructed."""
LENDERS = ORDERS | {"adoption"}
"""Kinds whose facets count for what they are about as well, where the reader may see them."""
LENT = ("instructed", "leader", "instructed_in", "state", "handler", "adopted")
"""The facets lent: a researcher who narrows by a leader wants the items he wrote on, too."""
INSTRUCTED = "有"
"""The value of the facet `instructed`: the reader may see an instruction on it."""


@dataclass(frozen=True)
class Record:
    """One thing a reader may find, as the publisher knows it."""

    id: str
    """Kind and number, as `item:12`; a record put again under its id replaces the former one."""
    kind: Kind
    title: str
    text: str
    date: date
    """The day the reader thinks of: published, instructed, reported."""
    readers: frozenset[str]
    """Access tokens; a reader sees the record if he holds at least one of them."""
    serial: str = ""
    number: int | None = None
    total: int | None = None
    year: int | None = None
    number_text: str = ""
    """The number as printed: 第12期, 批〔2026〕12号."""
    unit: str = ""
    category: str = ""
    section: str = ""
    leader: str = ""
    state: str = ""
    thread: str = ""
    url: str = ""
    tags: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    """Every unit it counts for, those above included; `unit` alone is shown."""
    urgency: str = ""
    handlers: tuple[str, ...] = ()
    """Units that handle what was ordered."""
    rank: int | None = None
    """The leader's place in the protocol, 0 the first."""
    adopted: str = ""
    """Of which level the office is that adopted what this is about: 省级."""
    about: tuple[str, ...] = ()
    """Ids of the records this one stands on; the first is the one whose story it goes on with."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Kept for the page that shows the hit; never searched."""

    def __post_init__(self) -> None:
        """Refuse what no index could answer for."""
        if not self.id or len(self.id) > 200 or "\n" in self.id:
            raise RecordInvalid("id", "编号为空、过长或含换行")
        if self.kind not in KINDS:
            raise RecordInvalid("kind", f"没有“{self.kind}”这一种类")

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def parts(self) -> tuple[str, ...]:
        """The texts a plain word is looked for in; no phrase reaches from one into the next."""
        return (self.title, self.text, self.unit, self.leader, self.number_text)

    @property
    def names(self) -> tuple[str, ...]:
        """Names under which the record is found when a plain word is exactly one of them."""
        return tuple(name for name in (self.serial, self.unit, self.leader, self.thread) if name)

    def facet(self, name: str) -> tuple[str, ...]:
        """The record's values for the facet `name`, as far as it has them of its own."""
        match name:
            case "tag":
                return self.tags
            case "handler":
                return self.handlers
            case "unit":
                return tuple(dict.fromkeys([*filter(None, [self.unit]), *self.units]))
            case "instructed":
                return (INSTRUCTED,) if self.kind in ORDERS else ()
            case "instructed_in":
                return (str(self.date.year),) if self.kind == "instruction" else ()
        value = getattr(self, name)
        return (str(value),) if value not in {None, ""} else ()

    def as_json(self) -> dict[str, object]:
        """Plain values, in a stable order; `from_json` reads them back."""
        return {
            "id": self.id,
            "kind": self.kind,
            "title": self.title,
            "text": self.text,
            "date": self.date.isoformat(),
            "readers": sorted(self.readers),
            "serial": self.serial,
            "number": self.number,
            "total": self.total,
            "year": self.year,
            "number_text": self.number_text,
            "unit": self.unit,
            "category": self.category,
            "section": self.section,
            "leader": self.leader,
            "state": self.state,
            "thread": self.thread,
            "url": self.url,
            "tags": list(self.tags),
            "units": list(self.units),
            "urgency": self.urgency,
            "handlers": list(self.handlers),
            "rank": self.rank,
            "adopted": self.adopted,
            "about": list(self.about),
            "extra": dict(sorted(self.extra.items())),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, object]) -> Record:
        """The record that `as_json` wrote."""
        plain = dict(values)
        plain["date"] = date.fromisoformat(str(plain["date"]))
        plain["readers"] = frozenset(plain["readers"])  # type: ignore[call-overload]  # a list, by as_json
        for name in ("tags", "units", "handlers", "about"):
            plain[name] = tuple(plain[name])  # type: ignore[arg-type]  # a list, by as_json
        return cls(**plain)  # type: ignore[arg-type]  # the same keys, by as_json

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything indexed and stored; equal digests need no new indexing."""
        canonical = json.dumps(self.as_json(), ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Change:
    """One entry of the outbox: put a record in, or take it out."""

    op: Literal["put", "remove"]
    record_id: str
    record: Record | None = None

    def __post_init__(self) -> None:
        """Refuse a put without its record, or under another record's id."""
        if self.op == "put" and (self.record is None or self.record.id != self.record_id):
            raise RecordInvalid("record", "写入时须带编号相同的记录")

    @classmethod
    def put(cls, record: Record) -> Change:
        """The change that writes `record`, in place of any former one of its id."""
        return cls("put", record.id, record)

    @classmethod
    def remove(cls, record_id: str) -> Change:
        """The change that takes the record away, if it is there."""
        return cls("remove", record_id)


@dataclass(frozen=True)
class Filters:
    """What a reader ticked beside his words: any of the values of a facet, all of the facets."""

    kind: tuple[str, ...] = ()
    serial: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    leader: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    urgency: tuple[str, ...] = ()
    instructed: tuple[str, ...] = ()
    instructed_in: tuple[str, ...] = ()
    handler: tuple[str, ...] = ()
    adopted: tuple[str, ...] = ()
    thread: tuple[str, ...] = ()
    since: date | None = None
    """First day wanted."""
    until: date | None = None
    """Last day wanted."""

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The ticked values by facet, without those left open."""
        named = {name: getattr(self, name) for name in (*FACETS, "thread")}
        return {name: values for name, values in named.items() if values}


class Piece(NamedTuple):
    """A stretch of a passage, and whether it is what was searched for."""

    text: str
    is_hit: bool


Passage = tuple[Piece, ...]


@dataclass(frozen=True)
class Hit:
    """One record found, with the places that made it one."""

    record: Record
    title: Passage
    passages: tuple[Passage, ...]
    score: float
    leaders: tuple[str, ...] = ()
    """Who wrote on it, out of what the reader may see."""
    states: tuple[str, ...] = ()
    """How far what was ordered has come, out of what the reader may see."""
    adopted: tuple[str, ...] = ()
    """By offices of which levels it was adopted, out of what the reader may see."""
    others: tuple[Record, ...] = ()
    """More of the same story, where the results are grouped by stories."""
    others_count: int = 0


@dataclass(frozen=True)
class Results:
    """One page of hits; the total and every facet count only what the reader may see."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    """By facet the values and how many records each would leave, the most frequent first.

    A facet's own ticks do not narrow its own counts, so that a reader may choose another value.
    """
    notice: str
    seconds: float
    marked: tuple[str, ...] = ()
    """The texts that are marked in titles and passages."""
    months: tuple[tuple[int, int], ...] = ()
    """Months (202603) and how many records of each are found, the days asked for left aside."""


@dataclass(frozen=True)
class Alike:
    """A record whose text is nearly another one."""

    record: Record
    share: float
    """Jaccard: of all pairs of characters in either text, how many stand in both; 0 to 1."""


@dataclass(frozen=True)
class Suggestion:
    """A completion of what was typed, and how many of the reader's records it would find."""

    text: str
    count: int
    kind: str
    """Where it comes from: `unit`, `serial`, `leader`, `thread` or `word`."""


@dataclass(frozen=True)
class Report:
    """How the index stands against the records that ought to be in it."""

    expected: int
    indexed: int
    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether the index holds exactly what it should."""
        return not (self.missing or self.changed or self.unexpected)

    @classmethod
    def compare(cls, expected: Iterable[tuple[str, str]], indexed: Mapping[str, str]) -> Report:
        """Hold what is `indexed` (digest by id) against the `expected` pairs of id and digest."""
        wanted = dict(expected)
        return cls(
            expected=len(wanted),
            indexed=len(indexed),
            missing=_sorted(key for key in wanted if key not in indexed),
            changed=_sorted(
                key for key, digest in wanted.items() if indexed.get(key, digest) != digest
            ),
            unexpected=_sorted(key for key in indexed if key not in wanted),
        )


def _sorted(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(keys))


def last_of_each(changes: Sequence[Change]) -> dict[str, Record | None]:
    """What the changes come to: for every id its last record, or None where it was removed."""
    return {change.record_id: change.record if change.op == "put" else None for change in changes}
