"""In this file the office's search engine is opened: its own folder, or a cluster by setting."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import click

import search
from publisher.config import Settings


def place_of(office: Settings) -> search.Place:
    """Where the office's index is."""
    if not office.opensearch_url:
        return office.index_path
    addresses = (one.strip() for one in re.split("[,，]", office.opensearch_url))
    return search.Cluster(
        addresses=tuple(filter(None, addresses)),
        name=office.opensearch_index,
        user=office.opensearch_user,
        password=office.opensearch_password,
        ca_file=office.opensearch_ca,
        seconds=office.opensearch_seconds,
    )


def engine_of(office: Settings) -> search.Engine:
    """The engine that answers this office, one for the process: it keeps what it has read."""
    place = place_of(office)
    if isinstance(place, Path) and not place.is_dir():
        _opened.cache_clear()  # The folder was taken away: an empty index is begun there.
    return _opened(place)


@lru_cache(maxsize=4)
def _opened(place: search.Place) -> search.Engine:
    return search.open_engine(place)


@contextmanager
def telling_faults() -> Iterator[None]:
    """Let a fault of the search end a command with its sentence."""
    try:
        yield
    except search.SearchError as error:
        click.echo(f"出错：{error}", err=True)
        sys.exit(1)
