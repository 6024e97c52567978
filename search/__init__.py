"""Full text: what was published, instructed and reported, found again by who may see it.

The database is the truth and the index its shadow: changes come from an outbox, `check` compares,
`rebuild` makes it anew. This package knows no Flask and no database.
"""

from __future__ import annotations

from search.engine import Engine, open_engine, rebuild
from search.errors import (
    IndexBusy,
    IndexDamaged,
    IndexOutdated,
    RecordInvalid,
    SearchError,
)
from search.query import Query, parse
from search.records import (
    FACETS,
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

__all__ = [
    "FACETS",
    "Change",
    "Engine",
    "Filters",
    "Hit",
    "IndexBusy",
    "IndexDamaged",
    "IndexOutdated",
    "Passage",
    "Piece",
    "Query",
    "Record",
    "RecordInvalid",
    "Report",
    "Results",
    "SearchError",
    "Suggestion",
    "open_engine",
    "parse",
    "rebuild",
]
