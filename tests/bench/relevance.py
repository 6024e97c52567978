"""In this file we measure how well questions are answered, on two public sets with judgements.

    python tests/bench/relevance.py [rgb] [stard]

Prints nDCG@10 of the search as a researcher gets it (what comes nearest to a whole question) beside
plain BM25 over pairs of characters and over dictionary words, on the very same questions. The sets
lie in the shared data beside the checkout; without them nothing is measured.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
sys.path.insert(0, str(ROOT))

from search import Record, akin_to, open_engine, rebuild  # noqa: E402
from search.analysis import Words, fold, index_tokens, is_han, simplify  # noqa: E402

READERS = frozenset({"staff"})
DEPTH = 10


def documents(name: str) -> list[dict[str, Any]]:
    """The documents of a set: id, text and perhaps title."""
    with gzip.open(DATA / f"search-{name}" / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def questions(name: str) -> list[tuple[str, dict[str, int]]]:
    """The questions that somebody judged, each with the grades of its documents."""
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (DATA / f"search-{name}" / "qrels.tsv").read_text("utf-8").splitlines():
        question, document, grade = line.split("\t")
        grades[question][document] = int(grade)
    asked = (DATA / f"search-{name}" / "queries.jsonl").read_text("utf-8").splitlines()
    every = [json.loads(line) for line in asked]
    return [(one["query"], grades[one["qid"]]) for one in every if one["qid"] in grades]


def ndcg(found: Sequence[str], grades: dict[str, int]) -> float:
    """Discounted cumulative gain of the first ten, as a share of the best there could be."""

    def gain(values: Sequence[int]) -> float:
        return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(values))

    best = sorted(grades.values(), reverse=True)[:DEPTH]
    return gain([grades.get(one, 0) for one in found[:DEPTH]]) / gain(best)


class Plain:
    """BM25 with K1 1.2 and B 0.75 over the terms a function gives."""

    def __init__(self, texts: Sequence[str], terms: Callable[[str], list[str]]) -> None:
        self._terms = terms
        postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths = []
        for number, text in enumerate(texts):
            found = terms(text)
            lengths.append(len(found))
            for term, times in Counter(found).items():
                postings[term].append((number, times))
        self._postings = {term: np.array(pairs).T for term, pairs in postings.items()}
        self._damp = 1.2 * (0.25 + 0.75 * np.array(lengths) / np.mean(lengths))

    def best(self, question: str) -> list[int]:
        """The numbers of the ten best documents."""
        scores = np.zeros(len(self._damp))
        for term, times in Counter(self._terms(question)).items():
            if term in self._postings:
                docs, counts = self._postings[term]
                rarity = math.log1p((len(scores) - len(docs) + 0.5) / (len(docs) + 0.5))
                scores[docs] += times * rarity * 2.2 * counts / (counts + self._damp[docs])
        return [int(one) for one in np.argsort(-scores, kind="stable")[:DEPTH]]


def pairs(text: str) -> list[str]:
    """Pairs of Han characters, and words of letters or digits."""
    found = (token.text for token in index_tokens(fold(text)))
    return [term for term in found if len(term) > 1 or not is_han(term)]


def measure(name: str) -> None:
    """Print the figures of one set."""
    docs, asked = documents(name), questions(name)
    titles = [str(one.get("title", "")) for one in docs]
    texts = [f"{title}\n{one['text']}" for title, one in zip(titles, docs, strict=True)]
    words = Words()
    for called, terms in (("pairs", pairs), ("words", lambda text: words.of(simplify(fold(text))))):
        plain = Plain(texts, terms)
        reached = [ndcg([docs[one]["id"] for one in plain.best(text)], g) for text, g in asked]
        print(f"{name}: plain BM25, {called}: {np.mean(reached):.4f}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        rebuild(
            path,
            (
                Record(
                    id=one["id"], kind="item", title=title, text=one["text"],
                    date=date(2026, 1, 1), readers=READERS,
                )
                for title, one in zip(titles, docs, strict=True)
            ),
        )  # fmt: skip
        engine = open_engine(path)
        started, reached = time.perf_counter(), []
        for text, grades in asked:
            hits = engine.search(akin_to(text), readers=READERS, per_page=DEPTH).hits
            reached.append(ndcg([hit.record.id for hit in hits], grades))
        each = (time.perf_counter() - started) / len(asked) * 1000
    print(f"{name}: the search, {len(asked)} questions: {np.mean(reached):.4f}, {each:.0f} ms each")


if __name__ == "__main__":
    for wanted in sys.argv[1:] or ["rgb", "stard"]:
        measure(wanted)
