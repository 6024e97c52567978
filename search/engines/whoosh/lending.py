"""In this file instructions and cases lend their facets to what they are about.

Whoever narrows by a leader wants the items the leader wrote on as well. What is lent comes only
out of records that this reader may see: an item never betrays an instruction that is hidden.
Stories are told apart in the same way: records that go on with each other, as far as they are seen.

It is worked out anew after every change, for every reader: so all links are followed at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from search.engines.whoosh.arrays import Array
from search.engines.whoosh.columns import Pairs, Values
from search.engines.whoosh.postings import Ints, Mask
from search.engines.whoosh.segments import View
from search.records import LENDERS, LENT
from search.weights import NO_RANK


@dataclass(frozen=True)
class Lent:
    """For one segment and one reader, the facets as they count, ranks and stories."""

    facets: Mapping[str, Values]
    ranks: Array
    stories: Array
    """For each document the number of its story; documents of one story have the same."""

    def of(self, facet: str, doc: int) -> tuple[str, ...]:
        """The values a document has of a facet, lent ones included."""
        values = self.facets[facet]
        if not len(values.docs):
            return ()
        first, last = np.searchsorted(values.docs, [doc, doc + 1])
        return tuple(values.values[ref] for ref in values.refs[first:last].tolist())


class _Seen(NamedTuple):
    """Links from one segment to another of which the reader sees both ends."""

    source: int
    target: int
    docs: Ints
    about: Ints
    is_first: Mask


def lent_to(views: Sequence[View], readers: frozenset[str]) -> tuple[Lent, ...]:
    """What is lent in each segment, for somebody with these access tokens."""
    visible = [view.visible(readers) for view in views]
    own_ranks = [_own_ranks(view) for view in views]
    ranks = [one.copy() for one in own_ranks]
    lent: list[dict[str, list[Pairs]]] = [{name: [] for name in LENT} for _ in views]
    links = list(_links_seen(views, visible))
    for link in links:
        columns = views[link.source].columns
        lends = columns.column("kind").where(LENDERS.__contains__).take(link.docs)
        lenders, about = link.docs[lends], link.about[lends]
        np.minimum.at(ranks[link.target], about, own_ranks[link.source].take(lenders))
        for name, pairs in lent[link.target].items():
            pairs.append(columns.many(name).passed_on(lenders, about))
    stories = _stories(views, links)
    return tuple(
        Lent(
            {name: view.columns.many(name).together(lent[part][name]) for name in LENT},
            ranks[part],
            stories[part],
        )
        for part, view in enumerate(views)
    )


def _links_seen(views: Sequence[View], visible: Sequence[Mask]) -> Iterator[_Seen]:
    for source, view in enumerate(views):
        links = view.columns.links
        seen = np.flatnonzero(visible[source].take(links.docs))
        for target, other in enumerate(views if len(seen) else ()):
            about = view.columns.targets_in(other.segment).take(links.refs.take(seen))
            there = about >= 0
            there[there] = visible[target].take(about[there])
            if there.any():
                kept = seen[there]
                docs, is_first = links.docs.take(kept), links.is_first.take(kept)
                yield _Seen(source, target, docs, about[there], is_first)


def _own_ranks(view: View) -> Array:
    ranks: Array = view.columns.numbers("rank").astype(np.int32)
    ranks[ranks < 0] = NO_RANK
    return ranks


def _stories(views: Sequence[View], links: Sequence[_Seen]) -> list[Array]:
    """The story of each document: the lowest number, among all segments, of those in it.

    Each link hands the lower number on to its other end, until no number changes any more.
    """
    ends = np.cumsum([0, *(view.segment.doc_count for view in views)])
    stories = np.arange(ends[-1], dtype=np.int32)
    firsts = [(ends[one.source], ends[one.target], one) for one in links if one.is_first.any()]
    if firsts:
        one_end = np.concatenate([at + one.docs[one.is_first] for at, _, one in firsts])
        other_end = np.concatenate([at + one.about[one.is_first] for _, at, one in firsts])
        while not np.array_equal(stories.take(one_end), stories.take(other_end)):
            lower = np.minimum(stories.take(one_end), stories.take(other_end))
            for end in (one_end, other_end):
                # The number itself hands on what it gets: long stories close quickly.
                np.minimum.at(stories, stories.take(end), lower)
                np.minimum.at(stories, end, lower)
            stories = stories.take(stories)
    return [stories[first:last] for first, last in pairwise(ends)]
