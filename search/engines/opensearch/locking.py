"""In this file one writer at a time holds the office's index, whichever machine it runs on.

The lock is a document that its holder writes again every few seconds. Whoever sees it unchanged for
`LEASE_SECONDS` by his own watch knows that its holder is dead, and takes it: no clocks need agree.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from opensearchpy import OpenSearch, exceptions

from search.engines.opensearch.cluster import Connection
from search.engines.opensearch.schema import Body
from search.errors import IndexBusy, SearchError

LEASE_SECONDS = 20.0
BEAT_SECONDS = 4.0
_PAUSE_SECONDS = 0.2
_STARTING = "no_shard_available_action_exception"
_KEY = "writer"
_FREE = ""

Held = Callable[[], None]
"""Raises `IndexBusy` once the lock is lost, so that a writer stops before it writes more."""


class WriterLock:
    """The lock of one office's index."""

    def __init__(self, connection: Connection, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds
        self._index = f"{connection.name}_lock"

    @contextmanager
    def held(self) -> Iterator[Held]:
        """Hold the lock; raises `IndexBusy` if another holds it too long."""
        owner = uuid.uuid4().hex
        self._take(owner)
        is_over, is_lost = Event(), Event()
        beating = Thread(target=self._beat, args=(owner, is_over, is_lost), daemon=True)
        beating.start()

        def still_held() -> None:
            if is_lost.is_set():
                raise IndexBusy(LEASE_SECONDS)

        try:
            yield still_held
        finally:
            is_over.set()
            beating.join()
            # A cluster that is away keeps the lock until it is back, and then for the lease alone.
            with suppress(SearchError):
                self._write_again(owner, _FREE)

    def _take(self, owner: str) -> None:
        deadline = time.monotonic() + self._seconds
        seen, since = None, time.monotonic()
        while True:
            found = self._connection.ask(self._found)
            state = (found["_source"]["owner"], found["_seq_no"]) if found else (_FREE, 0)
            if state != seen:
                seen, since = state, time.monotonic()
            is_dead = time.monotonic() - since > LEASE_SECONDS
            if (state[0] == _FREE or is_dead) and self._put(owner, found):
                return
            if time.monotonic() >= deadline:
                raise IndexBusy(self._seconds)
            time.sleep(_PAUSE_SECONDS)

    def _beat(self, owner: str, is_over: Event, is_lost: Event) -> None:
        """Write the lock again and again; a cluster that is away is asked again the next time."""
        while not is_over.wait(BEAT_SECONDS):
            with suppress(SearchError):
                if not self._write_again(owner, owner):
                    is_lost.set()
                    return

    def _write_again(self, owner: str, new_owner: str) -> bool:
        """Write the lock if it is still ours; whether it was."""
        found = self._connection.ask(self._found)
        if found is None or found["_source"]["owner"] != owner:
            return False
        return self._put(new_owner, found)

    def _found(self, client: OpenSearch) -> Body | None:
        try:
            found: Body = client.get(index=self._index, id=_KEY)
        except exceptions.NotFoundError:
            return None
        except exceptions.TransportError as error:
            if error.error != _STARTING:
                raise
            # Another process has just made it: it is there in a moment.
            client.cluster.health(index=self._index, wait_for_status="yellow")
            found = client.get(index=self._index, id=_KEY, ignore=404)
            return found if found.get("found") else None
        return found

    def _put(self, owner: str, former: Body | None) -> bool:
        """Write an owner down, unless another was faster."""
        if former is None:
            self._connection.ask(self._make)
            params: Body = {"op_type": "create"}
        else:
            params = {
                "if_seq_no": former["_seq_no"],
                "if_primary_term": former["_primary_term"],
            }

        def put(client: OpenSearch) -> bool:
            try:
                client.index(index=self._index, id=_KEY, body={"owner": owner}, params=params)
            except exceptions.ConflictError:
                return False
            return True

        return self._connection.ask(put)

    def _make(self, client: OpenSearch) -> None:
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        fields = {"owner": {"type": "keyword"}}
        body = {"settings": settings, "mappings": {"properties": fields}}
        try:
            client.indices.create(index=self._index, body=body)
        except exceptions.RequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
