"""In this file a record becomes a document of the cluster, its terms made by our own analysis."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from search.alike import COMPARED, bands
from search.analysis import Token, Words, fold, query_tokens, runs, simplify
from search.dates import as_number
from search.engines.opensearch.schema import CONTAINED, HOLE, OWN_FACETS, Body
from search.errors import IndexDamaged
from search.numbers import number_terms
from search.records import LENDERS, LENT, Record

_LONGEST_WORD = 200
"""Letters and digits of a word kept as they are; a longer one is told by its digest."""


def plain(text: str) -> str:
    """The text as JSON can carry it: without the halves of characters that some files hold."""
    return text.encode("utf-8", "replace").decode()


def word(text: str) -> str:
    """A word of letters and digits as a term: a very long one by its beginning and digest."""
    if len(text) <= _LONGEST_WORD:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{text[:100]}_{digest}"


def terms_of(text: str) -> str:
    """A folded text as the index takes it: places between spaces, the terms of one joined by |."""
    return " ".join(_places(text))


def _places(text: str) -> Iterator[str]:
    for run in runs(text):
        if not run.is_han:
            yield word(run.text)
            continue
        for one, other in zip(run.text, run.text[1:], strict=False):
            yield f"{one}|{one}{other}"
        yield run.text[-1]


def phrase_of(tokens: Sequence[Token]) -> str:
    """Terms that must stand at their places, as the cluster is asked for them."""
    places = [HOLE] * (tokens[-1].position + 1)
    for token in tokens:
        places[token.position] = word(token.text)
    return " ".join(places)


def tokens_of(text: str) -> tuple[Token, ...]:
    """The terms of a folded text that must stand at their places for it to be found."""
    return query_tokens(text)


def count_of(text: str) -> int:
    """How many terms the index has of a folded text: characters, pairs and words."""
    return sum(2 * len(run.text) - 1 if run.is_han else 1 for run in runs(text))


def lent_by(record: Record) -> Body | None:
    """What a record says of the facets that are lent: of itself, and lent on of what it is about.

    None where it says nothing.
    """
    said: Body = {name: [plain(value) for value in record.facet(name)] for name in LENT}
    said = {name: values for name, values in said.items() if values}
    if record.rank is not None and record.rank >= 0:
        said["rank"] = record.rank
    if not said:
        return None
    said |= {
        f"{name}_folded": [fold(value) for value in said[name]] for name in LENT if name in said
    }
    return said | {"readers": sorted(map(plain, record.readers))}


def document(record: Record, lenders: Iterable[Body], words: Words) -> Body:
    """All that the cluster keeps of a record; `lenders` are what others lend to it."""
    parts = [fold(part) for part in record.parts]
    text = "\x1e".join(part.replace("\x1e", " ") for part in parts)
    found = words.of(text)
    made: Body = {
        "id": plain(record.id),
        "digest": record.digest,
        "stored": _stored(record),
        "body": [terms_of(part) for part in parts],
        "title": terms_of(parts[0]),
        "words": " ".join(found),
        "suggested": sorted({one for one in found if len(one) <= _LONGEST_WORD}),
        "body_length": sum(map(count_of, parts)),
        "title_length": count_of(parts[0]),
        "words_length": len(found),
    }
    simplified = simplify(text)
    if simplified != text:
        made["folded"] = [terms_of(simplify(part)) for part in parts]
    made |= _exact(record, number_text=parts[-1])
    own = lent_by(record)
    made["lent"] = [*([own] if own else []), *lenders]
    return made


def _exact(record: Record, *, number_text: str) -> Body:
    day = as_number(record.date)
    made: Body = {
        "readers": sorted(map(plain, record.readers)),
        "names": sorted({plain(fold(name)) for name in record.names}),
        "numbers": sorted(map(plain, number_terms(record, number_text))),
        "bands": bands(record.text) if record.kind in COMPARED else [],
        "about": [plain(one) for one in dict.fromkeys(record.about)],
        "first": [plain(one) for one in record.about[:1]],
        "thread": [plain(record.thread)] if record.thread else [],
        "leader_own": [plain(record.leader)] if record.leader else [],
        "date": day,
        "month": day // 100,
    }
    numbers = {"number": record.number, "total": record.total, "year_number": record.year}
    made |= {name: value for name, value in numbers.items() if value is not None and value >= 0}
    made |= {name: [plain(one) for one in record.facet(name)] for name in OWN_FACETS}
    made |= {f"{name}_folded": [fold(value) for value in made[name]] for name in CONTAINED}
    return made


def _stored(record: Record) -> str:
    said = json.dumps(record.as_json(), ensure_ascii=False, separators=(",", ":"))
    packed = zlib.compress(said.encode("utf-8", "surrogatepass"), 3)
    return base64.b64encode(packed).decode("ascii")


def stored_record(source: Mapping[str, Any]) -> Record:
    """The record of a document as the cluster gives it back."""
    try:
        packed = zlib.decompress(base64.b64decode(source["stored"]))
        return Record.from_json(json.loads(packed.decode("utf-8", "surrogatepass")))
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged("记录内容有误") from error


def lends(record: Record) -> tuple[str, ...]:
    """The ids of what a record lends its facets to."""
    return tuple(dict.fromkeys(record.about)) if record.kind in LENDERS else ()
