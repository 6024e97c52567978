"""In this file the office's search engine is opened: its own folder, or a cluster by setting."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

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
    """The engine that answers this office."""
    return search.open_engine(place_of(office))


@contextmanager
def telling_faults() -> Iterator[None]:
    """Let a fault of the search end a command with its sentence."""
    try:
        yield
    except search.SearchError as error:
        click.echo(f"出错：{error}", err=True)
        sys.exit(1)
