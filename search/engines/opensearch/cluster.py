"""In this file we speak to the cluster, and its faults become ours, in words for people."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TypeVar

from opensearchpy import OpenSearch, exceptions, helpers

from search.engine import Cluster
from search.engines.opensearch.schema import MOST_AT_ONCE, Body, fingerprint, index_body
from search.errors import (
    EngineAway,
    IndexDamaged,
    IndexOutdated,
    QueryRefused,
    SearchError,
)

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

SLOW_SECONDS = 60.0
"""How long a bulk of documents, a swap or a new index may take."""
_REFUSED = frozenset({401, 403})
_AWAY = frozenset({408, 429, 500, 502, 503, 504})
_NOT_FOUND = 404
_TRIES = 2
_UNREACHED: dict[type[exceptions.ConnectionError], str] = {
    exceptions.ConnectionTimeout: "没有及时回答",
    exceptions.SSLError: "证书不可信",
    exceptions.ConnectionError: "连接不上",
}
"""Why no answer came, the particular before the general."""
_TOO_MANY = "maxClauseCount"
"""Stands in the answer to a question with more words than the cluster takes."""


class Connection:
    """One office's indices on a cluster. Safe among threads."""

    def __init__(self, cluster: Cluster) -> None:
        self.name = cluster.name
        self.alias = f"{cluster.name}-{fingerprint()}"
        """The index in force that answers as this version of the program does."""
        self._ours = re.compile(rf"{re.escape(cluster.name)}-[0-9a-f]{{8}}-[0-9a-f]+")
        self._seconds = cluster.seconds
        self._is_ensured = False
        self._client = OpenSearch(
            hosts=list(cluster.addresses),
            http_auth=(cluster.user, cluster.password) if cluster.user else None,
            ca_certs=cluster.ca_file or None,
            verify_certs=True,
            timeout=cluster.seconds,
            max_retries=_TRIES,
            http_compress=True,
        )

    # Asking.

    def search(self, body: Body) -> Body:
        """The answer to one question."""
        self.ensure()
        return self.ask(lambda client: client.search(index=self.alias, body=body))

    def every(self, body: Body, *, at_once: int = MOST_AT_ONCE) -> Iterator[Body]:
        """All hits of a question, whose `sort` must end in something that no two share."""
        asked = body | {"size": at_once, "track_total_hits": False}
        while True:
            hits = self.search(asked)["hits"]["hits"]
            yield from hits
            if len(hits) < at_once:
                return
            asked = asked | {"search_after": hits[-1]["sort"]}

    def ask(self, call: Callable[[OpenSearch], Answer]) -> Answer:
        """What a call answers; its faults as ours."""
        try:
            return call(self._client)
        except exceptions.NotFoundError as error:
            raise self._missing() from error
        except exceptions.TransportError as error:
            raise _told(error) from error
        except exceptions.OpenSearchException as error:
            logger.warning("OpenSearch cannot be asked: %s", error)
            raise EngineAway(type(error).__name__) from error

    def _missing(self) -> SearchError:
        """What it means that the index is not there."""
        self._is_ensured = False
        return IndexOutdated() if self.indices() else IndexDamaged("服务器上没有这个索引")

    # The indices.

    def ensure(self) -> None:
        """Make an empty index where this office has none at all."""
        if self._is_ensured:
            return
        if not self.indices():
            # Of two processes that come at once one makes it, for both give it the same name.
            with suppress(_Exists):
                self.create(f"{self.alias}-0", aliases={self.alias: {}})
        self._is_ensured = True

    def indices(self) -> dict[str, frozenset[str]]:
        """This office's indices, of every version, with their aliases."""
        found = self.ask(
            lambda client: client.indices.get_alias(
                index=f"{self.name}-*", allow_no_indices=True, ignore_unavailable=True
            )
        )
        return {
            name: frozenset(about["aliases"])
            for name, about in found.items()
            if self._ours.fullmatch(name)
        }

    def create(self, index: str, *, aliases: Body | None = None) -> None:
        """A new empty index."""
        body = index_body() | ({"aliases": aliases} if aliases else {})
        try:
            self._client.indices.create(index=index, body=body, request_timeout=SLOW_SECONDS)
        except exceptions.RequestError as error:
            if error.error == "resource_already_exists_exception":
                raise _Exists from error
            raise _told(error) from error
        except exceptions.TransportError as error:
            raise _told(error) from error

    def put_in_force(self, index: str) -> None:
        """Let an index take the place of all others of this office, at once."""
        others = [name for name in self.indices() if name != index]
        actions: list[Body] = [{"add": {"index": index, "alias": self.alias}}]
        actions += [{"remove_index": {"index": name}} for name in others]
        self.ask(lambda client: client.indices.update_aliases(body={"actions": actions}))
        self._is_ensured = True

    def drop(self, indices: Iterable[str]) -> None:
        """Take indices away."""
        for name in indices:
            self.ask(lambda client, name=name: client.indices.delete(index=name))  # type: ignore[misc]  # bound at once

    def refresh(self, index: str) -> None:
        """Let what was written be found."""
        self.ask(lambda client: client.indices.refresh(index=index, request_timeout=SLOW_SECONDS))

    # Writing.

    def write(self, actions: Iterable[Body], *, index: str = "") -> None:
        """Documents to be put (`_source`) or deleted, in bulk; raises if one is not taken."""
        made = ({"_index": index or self.alias} | action for action in actions)
        extra: Body = {} if index else {"require_alias": True}
        try:
            answers = helpers.streaming_bulk(
                self._client,
                made,
                chunk_size=200,
                max_chunk_bytes=20_000_000,
                raise_on_error=False,
                max_retries=3,
                initial_backoff=1,
                request_timeout=SLOW_SECONDS,
                **extra,
            )
            for is_done, answer in answers:
                if not is_done:
                    self._check_refusal(answer)
        except exceptions.TransportError as error:
            raise _told(error) from error

    def _check_refusal(self, answer: Body) -> None:
        """Raise for a document that was not taken; to delete what is not there is no fault."""
        ((operation, said),) = answer.items()
        fault = said.get("error") or {}
        if operation == "delete" and said.get("status") == _NOT_FOUND and not fault:
            return
        logger.error("OpenSearch did not take %s: %s", said.get("_id"), str(said)[:1000])
        if isinstance(fault, dict) and fault.get("type") == "index_not_found_exception":
            raise self._missing()
        raise EngineAway(f"没有写进 {said.get('_id')}")

    def client(self) -> OpenSearch:
        """The client itself, for the lock."""
        return self._client


class _Exists(Exception):
    """The index to be made is there already."""


def _told(error: exceptions.TransportError) -> SearchError:
    """A fault of the cluster as one of ours."""
    status = error.status_code
    logger.warning("OpenSearch answered %s: %s", status, str(error)[:500])
    for kind, reason in _UNREACHED.items():
        if isinstance(error, kind):
            return EngineAway(reason)
    if status in _REFUSED:
        return EngineAway("用户名、密码或权限有误")
    if _TOO_MANY in str(error):
        return QueryRefused("词语过多")
    said = f"回答 {status}"
    return EngineAway(said) if status in _AWAY else QueryRefused(said)
