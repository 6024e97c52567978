"""Full text: what was published, instructed and reported, found again by who may see it.

The database is the truth and the index its shadow: changes come from an outbox, `check` compares,
`rebuild` makes it anew. This package knows no Flask and no database.
"""

from __future__ import annotations

from search.dates import days_between, last_day
from search.engine import Cluster, Engine, Place, open_engine, rebuild
from search.errors import (
    EngineAway,
    IndexBusy,
    IndexDamaged,
    IndexOutdated,
    IndexUnwritable,
    QueryRefused,
    RecordInvalid,
    SearchError,
)
from search.grammar import FIELDS, KIND_NAMES, akin_to, parse
from search.query import Query, words_of
from search.records import (
    FACETS,
    INSTRUCTED,
    Alike,
    Change,
    Filters,
    Hit,
    Passage,
    Piece,
    Record,
    Report,
    Results,
    Suggestion,
)
from search.snippets import Marker

__all__ = [
    "FACETS",
    "FIELDS",
    "INSTRUCTED",
    "KIND_NAMES",
    "Alike",
    "Change",
    "Cluster",
    "Engine",
    "EngineAway",
    "Filters",
    "Hit",
    "IndexBusy",
    "IndexDamaged",
    "IndexOutdated",
    "IndexUnwritable",
    "Marker",
    "Passage",
    "Piece",
    "Place",
    "Query",
    "QueryRefused",
    "Record",
    "RecordInvalid",
    "Report",
    "Results",
    "SearchError",
    "Suggestion",
    "akin_to",
    "days_between",
    "last_day",
    "open_engine",
    "parse",
    "rebuild",
    "words_of",
]
