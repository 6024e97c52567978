"""In this file what comes nearest to a whole question is found, in that order.

First the pairs, characters and words of the question are looked for. Then the pairs that make out
the nearest records are looked for in all that came near: an answer often says it in other words.
The weights are in `search.questions`.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter

from search.analysis import Words, fold, query_tokens, runs, simplify
from search.engines.opensearch.asking import either, filtered
from search.engines.opensearch.documents import stored_record, word
from search.engines.opensearch.ranking import Ask, Scored, Statistics, of_word
from search.engines.opensearch.schema import Body
from search.questions import (
    FED_BACK,
    FEEDBACK_WEIGHT,
    LONGEST_FED_BACK,
    ORDERED_AGAIN,
    PAIRS,
    PAIRS_FED_BACK,
    PAIRS_LOOKED_AT,
    SINGLE_WEIGHT,
    SINGLES,
    STEEPNESS,
    WORD_WEIGHT,
    WORDS,
    matter,
)
from search.weights import rarity

MOST_TERMS = 300
"""Terms of a question that are looked for, those that tell most of it; most have fewer."""
_FIELDS = ["id", "first", "date", "body_length"]


def nearest(text: str, words: Words, visible: Body, ticked: Sequence[Body], ask: Ask) -> list[Body]:
    """The hits nearest to a folded text of what is `visible` and fulfils the ticks, in order."""
    terms = _terms(matter(simplify(text)), words)
    statistics = Statistics.of([one.query for one in terms], ask)
    clauses = _telling(terms, statistics)
    if not clauses:
        return []
    first = _near(clauses, [visible], ask)
    extra = _second_look(first, statistics, ask) if first else {}
    found = _near(clauses, [visible, *ticked], ask) if ticked else first
    for hit in found:
        hit["_score"] += extra.get(hit["_id"], 0.0)
    return sorted(found, key=lambda hit: (-hit["_score"], -hit["fields"]["date"][0], hit["_id"]))


def _terms(text: str, words: Words) -> list[Scored]:
    pairs = Counter(token.text for token in query_tokens(text))
    singles = Counter(sign for run in runs(text) if run.is_han for sign in run.text)
    made = [_gram(gram)._replace(weight=float(times)) for gram, times in pairs.items()]
    made += [
        _gram(sign)._replace(weight=SINGLE_WEIGHT * times, shape=SINGLES)
        for sign, times in singles.items()
    ]
    said = Counter(words.of(text))
    return made + [of_word(one, WORD_WEIGHT * times, WORDS) for one, times in said.items()]


def _gram(gram: str) -> Scored:
    return Scored("body", {"term": {"body": word(gram)}}, 1, 1.0, PAIRS)


def _telling(terms: Sequence[Scored], statistics: Statistics) -> list[Body]:
    """The clauses of those terms that tell most of a question."""
    known = [pair for pair in zip(terms, statistics.having, strict=True) if pair[1]]
    known.sort(key=lambda pair: -pair[0].weight * rarity(statistics.every, pair[1]))
    return [statistics.clause(one, having) for one, having in known[:MOST_TERMS]]


def _near(clauses: Sequence[Body], conditions: Sequence[Body], ask: Ask) -> list[Body]:
    """What any of the clauses finds of what fulfils the conditions, the nearest first."""
    asked = {
        "query": {"bool": {"must": [either(clauses)], "filter": list(conditions)}},
        "size": ORDERED_AGAIN,
        "sort": [{"_score": "desc"}, {"date": "desc"}, {"id": "asc"}],
        "_source": False,
        "docvalue_fields": _FIELDS,
        "track_total_hits": False,
    }
    return list(ask(asked)["hits"]["hits"])


def _second_look(near: Sequence[Body], statistics: Statistics, ask: Ask) -> Mapping[str, float]:
    """What each of those that came near is given for what it shares with the nearest of them."""
    said = _said(near, statistics, ask)
    if not said:
        return {}
    clauses = [statistics.plain_clause(_gram(pair), weight) for pair, weight in said]
    those = {"terms": {"id": [hit["_id"] for hit in near]}}
    asked = {
        "query": {"bool": {"filter": [those], "should": clauses}},
        "size": len(near),
        "_source": False,
        "track_total_hits": False,
    }
    found = {hit["_id"]: float(hit["_score"]) for hit in ask(asked)["hits"]["hits"]}
    most = float(near[0]["_score"])
    factor = FEEDBACK_WEIGHT * most / max(*found.values(), 1e-9)
    return {key: factor * score for key, score in found.items()}


def _said(near: Sequence[Body], statistics: Statistics, ask: Ask) -> list[tuple[str, float]]:
    """The pairs that make out the nearest records, each with its weight."""
    most = float(near[0]["_score"])
    shares: dict[str, float] = defaultdict(float)
    for hit, text in _texts(near[:FED_BACK], ask):
        share = (float(hit["_score"]) / most) ** STEEPNESS
        damper = statistics.damper("body", PAIRS, hit["fields"]["body_length"][0])
        for pair, times in _pairs(text):
            shares[pair] += share * times / (times + damper)
    often = heapq.nlargest(PAIRS_LOOKED_AT, shares, key=shares.__getitem__)
    having = Statistics.of([_gram(pair).query for pair in often], ask).having
    weights = {
        pair: shares[pair] * rarity(statistics.every, count)
        for pair, count in zip(often, having, strict=True)
    }
    return heapq.nlargest(PAIRS_FED_BACK, weights.items(), key=itemgetter(1))


def _texts(hits: Sequence[Body], ask: Ask) -> Iterator[tuple[Body, str]]:
    """The hits, each with the beginning of its text, folded."""
    asked = {
        "query": filtered({"terms": {"id": [hit["_id"] for hit in hits]}}),
        "size": len(hits),
        "_source": ["stored"],
    }
    records = {hit["_id"]: stored_record(hit["_source"]) for hit in ask(asked)["hits"]["hits"]}
    for hit in hits:
        if (record := records.get(hit["_id"])) is None:
            continue  # taken out since
        yield hit, simplify(fold(f"{record.title}\n{record.text}"[:LONGEST_FED_BACK]))


def _pairs(text: str) -> Iterator[tuple[str, int]]:
    """Every pair and every word of letters or digits in a folded text, and how often."""
    found = list(runs(text))
    pairs = Counter(
        one.text[place : place + 2]
        for one in found
        if one.is_han
        for place in range(len(one.text) - 1)
    )
    yield from sorted(pairs.items())
    yield from Counter(one.text for one in found if not one.is_han).items()
