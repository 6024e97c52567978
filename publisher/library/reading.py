"""In this file an archived issue becomes the calm page a reader sees."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from html import unescape

from publisher.config import Settings
from publisher.issues.model import Issue
from publisher.library.anchors import Block, blocks_of
from publisher.people.model import Person
from publisher.publication import kept
from publisher.publication.model import Publication

NAMED = re.compile(r'((?:id|href)="#?)(item-\d+)(?=[-"])')
"""Where the page speaks of an article."""
ARTICLE = re.compile(rb'<article class="issue.*</article>', re.DOTALL)
PHOTO = re.compile(r'<img src="(photos/[A-Za-z0-9._-]+)"([^>]*)>')


def reading_page(publication: Publication, office: Settings, photo: Callable[[str], str]) -> str:
    """The issue's own HTML, its photos at the addresses `photo` gives; raises `NotFound`.

    A photo is shown in the size of the page and leads to its original.

    It was made by our press out of frozen content and is the archive's own file, so it is shown
    as it is.
    """
    found = _article(_Kept(publication, office))

    def shown(match: re.Match[str]) -> str:
        address = photo(unescape(match[1]))
        return f'<a href="{address}?original"><img src="{address}"{match[2]}></a>'

    return PHOTO.sub(shown, found)


def blocks(publication: Publication, office: Settings) -> tuple[Block, ...]:
    """The blocks of an edition as they stand on its reading page."""
    return _blocks(_Kept(publication, office))


Beside = Callable[[Issue, Person], list[dict[str, object]]]
_beside: list[Beside] = []


def stands_beside(what: Beside) -> Beside:
    """Register what a later room shows beside an issue, such as the instructions on it.

    It gives entries as `reading.note` of templates/shared/reading.html takes them.
    """
    _beside.append(what)
    return what


def beside(issue: Issue, person: Person) -> list[dict[str, object]]:
    """What later rooms have to show a person beside an issue."""
    return [entry for what in _beside for entry in what(issue, person)]


class _Kept:
    """A published edition, known by its place in the archive, which never changes."""

    def __init__(self, publication: Publication, office: Settings) -> None:
        self.publication, self.office = publication, office
        self.key = (publication.object_id, publication.object_version, publication.pdf_digest)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and other.key == self.key


@functools.lru_cache(maxsize=64)
def _article(edition: _Kept) -> str:
    content = kept.read(edition.publication, "issue.html", edition.office)
    found = ARTICLE.search(content)
    page = (found[0] if found else b"").decode()
    names = edition.publication.article_names
    if not names:
        return page
    # It came from another instance, where articles bear other numbers.
    return NAMED.sub(lambda match: match[1] + names.get(match[2], match[2]), page)


@functools.lru_cache(maxsize=64)
def _blocks(edition: _Kept) -> tuple[Block, ...]:
    return blocks_of(_article(edition))
