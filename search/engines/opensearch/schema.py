"""In this file we say how an index of the cluster looks: its fields, and how terms reach them.

Terms are made by our own analysis and sent ready, those of one position joined by |:

    市政府，5G      市|市政 政|政府 府 5g

| fields               | hold                                                               |
|----------------------|--------------------------------------------------------------------|
| body, title, folded  | characters, pairs and words with positions                         |
| words                | dictionary words and how often; `suggested` has each of them once  |
| …_length             | how many terms of a field a record has, for ranking                |
| lent                 | nested: values of the facets that are lent, each with who sees them |
| stored               | the record itself, compressed; all that is given back              |

A text's score is how often it stands there; `ranking` makes BM25 of it, with statistics of whole
phrases that Lucene does not keep.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from search.analysis import ANALYSIS_VERSION, PART_GAP
from search.records import FACETS, LENT

FORMAT_VERSION = 1
"""Raised with every change of what a document holds."""

HOLE = "|"
"""In a phrase that is asked for: a position at which anything may stand."""
LONGEST_KEYWORD = 8000
OWN_FACETS = tuple(name for name in FACETS if name not in LENT)
CONTAINED = ("serial", "unit", "category", "section", "tag", "urgency", "thread", "leader_own")
"""Fields of which a part may be asked for; a folded copy is kept of each, as of what is lent.

`leader_own` is the leader a record names itself, for suggestions.
"""
MOST_AT_ONCE = 10_000
"""The greatest page of one answer; more is fetched page by page."""
DEEPEST = 200_000
"""The last hit to which anybody may turn the pages."""

Body = dict[str, Any]
"""What the cluster is asked, as the JSON it becomes."""


def _keyword() -> Body:
    return {"type": "keyword", "ignore_above": LONGEST_KEYWORD}


def _terms() -> Body:
    return {
        "type": "text",
        "analyzer": "made",
        "search_analyzer": "asked",
        "similarity": "often",
        "norms": False,
        "position_increment_gap": PART_GAP,
    }


def _words() -> Body:
    return {
        "type": "text",
        "analyzer": "asked",
        "similarity": "often",
        "norms": False,
        "index_options": "freqs",
    }


def _fields() -> Body:
    numbers = ("date", "month", "number", "total", "year_number", "rank")
    lengths = ("body_length", "title_length", "words_length")
    keywords = ("id", "digest", "readers", "names", "numbers", "bands", "about", "first")
    own = ("thread", "leader_own")
    plain = {name: _keyword() for name in (*keywords, *own, *OWN_FACETS, "suggested")}
    folded = {f"{name}_folded": _keyword() for name in CONTAINED}
    lent = {name: _keyword() for name in ("readers", *LENT)}
    lent |= {f"{name}_folded": _keyword() for name in LENT}
    return {
        "body": _terms(),
        "title": _terms(),
        "folded": _terms(),
        "words": _words(),
        **{name: {"type": "long"} for name in numbers},
        **{name: {"type": "integer"} for name in lengths},
        **plain,
        **folded,
        "lent": {"type": "nested", "properties": lent | {"rank": {"type": "long"}}},
        "stored": {"type": "binary"},
    }


def index_body() -> Body:
    """Settings and mappings of a new index."""
    both = {"type": "pattern_capture", "preserve_original": False, "patterns": ["([^|]+)"]}
    analysis = {
        "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": 1000}},
        "filter": {"both": both, "holes": {"type": "stop", "stopwords": [HOLE]}},
        "analyzer": {
            "made": {"type": "custom", "tokenizer": "spaces", "filter": ["both"]},
            "asked": {"type": "custom", "tokenizer": "spaces", "filter": ["holes"]},
        },
    }
    often = {"type": "scripted", "script": {"source": "return doc.freq * query.boost;"}}
    return {
        "settings": {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            "refresh_interval": "-1",
            "max_result_window": DEEPEST,
            "similarity": {"often": often},
            "analysis": analysis,
        },
        "mappings": {
            "dynamic": "strict",
            "_source": {"includes": ["id", "stored", "lent.*"]},
            "properties": _fields(),
        },
    }


def fingerprint() -> str:
    """Changes whenever an index built before could not answer as one built now."""
    described = json.dumps([index_body(), ANALYSIS_VERSION, FORMAT_VERSION], sort_keys=True)
    return hashlib.sha256(described.encode()).hexdigest()[:8]
