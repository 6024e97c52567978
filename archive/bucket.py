"""In this file a bucket of an S3-compatible storage keeps a store's files.

Object storage knows no rename: content is put first and the inventory last, so that a store never
speaks of what is not there. One writer at a time is held by a lock file on the machine that writes.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from archive.errors import StoreUnusable
from archive.folder import CHUNK
from archive.shelf import Content, KillPoint

MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
SECONDS = 20
"""How long one answer of the storage is waited for."""


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A bucket, or the part of it below `prefix`."""

    endpoint: str
    """Empty for the provider's own address."""
    bucket: str
    lock: Path
    """A file of this machine that writers hold."""
    prefix: str = ""
    key: str = ""
    secret: str = ""
    region: str = ""

    @property
    def address(self) -> str:
        """The bucket with its prefix, as s3://."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    def address_of(self, path: str) -> str:
        """A file's address, as s3://."""
        return f"s3://{self.bucket}/{self._key(path)}"

    def is_empty(self) -> bool:
        """Whether nothing lies below the prefix."""
        return next(self.files(), None) is None

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        try:
            self._head(path)
        except FileNotFoundError:
            return False
        return True

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return b"".join(self._chunks(path))

    def size(self, path: str) -> int:
        """The length of a file in bytes."""
        return int(self._head(path)["ContentLength"])

    def digest(self, path: str) -> str:
        """The SHA-512 of a file's content, reckoned here; no answer of the storage is believed."""
        made = hashlib.sha512()
        for chunk in self._chunks(path):
            made.update(chunk)
        return made.hexdigest()

    def files(self, below: str = "") -> Iterator[str]:
        """Every file below a folder, in the order of their names."""
        prefix = self._key(below).rstrip("/")
        prefix = f"{prefix}/" if prefix else ""
        token: dict[str, str] = {}
        while True:
            asked = {"Bucket": self.bucket, "Prefix": prefix, **token}
            answer = self._ask(partial(self._client.list_objects_v2, **asked), below)
            for one in answer.get("Contents", ()):
                yield one["Key"].removeprefix(f"{self.prefix}/" if self.prefix else "")
            if not answer.get("IsTruncated"):
                return
            token = {"ContinuationToken": answer["NextContinuationToken"]}

    def folders_with(self, heads: frozenset[str], depth: int) -> Iterator[str]:
        """The folders `depth` levels down that hold one of these files."""
        last = ""
        for path in self.files():
            parts = path.split("/")
            folder = "/".join(parts[:depth])
            if len(parts) == depth + 1 and parts[-1] in heads and folder != last:
                last = folder
                yield folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the machine's lock; it ends with the process."""
        self.lock.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def put(self, path: str, content: bytes) -> None:
        """Put one file; the storage keeps it whole or not at all."""
        self._ask(
            lambda: self._client.put_object(Bucket=self.bucket, Key=self._key(path), Body=content),
            path,
        )

    def put_tree(self, folder: str, files: Mapping[str, Content], reached: KillPoint) -> None:
        """Put the files in their order; what an interrupted try left beside them is removed."""
        wanted = {f"{folder}/{name}" for name in files}
        for left in list(self.files(folder)):
            if left not in wanted:
                self._remove(left)
        *first, last = files.items()
        for name, content in first:
            self.put(f"{folder}/{name}", _bytes(content))
            reached("archive.content")
        reached("archive.inventory")
        reached("archive.rename")
        self.put(f"{folder}/{last[0]}", _bytes(last[1]))

    def set_aside(self, path: str, to: str) -> None:
        """Move a file to where it harms nobody: copied first, then removed."""
        self.put(to, self.read(path))
        self._remove(path)

    def _remove(self, path: str) -> None:
        key = self._key(path)
        self._ask(lambda: self._client.delete_object(Bucket=self.bucket, Key=key), path)

    def _head(self, path: str) -> Any:
        key = self._key(path)
        return self._ask(lambda: self._client.head_object(Bucket=self.bucket, Key=key), path)

    def _chunks(self, path: str) -> Iterator[bytes]:
        key = self._key(path)
        answer = self._ask(lambda: self._client.get_object(Bucket=self.bucket, Key=key), path)
        body = answer["Body"]
        while chunk := self._ask(lambda: body.read(CHUNK), path):
            yield chunk

    def _key(self, path: str) -> str:
        return f"{self.prefix}/{path}" if self.prefix else path

    def _ask(self, question: Callable[[], Any], path: str) -> Any:
        """Ask the storage; raises `FileNotFoundError` or `StoreUnusable` in plain words."""
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError  # noqa: PLC0415

        try:
            return question()
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in MISSING:
                raise FileNotFoundError(path) from error
            raise StoreUnusable(
                f"对象存储 {self.address} 拒绝了请求（{code}），请检查桶名、密钥和权限。"
            ) from error
        except (BotoCoreError, HTTPClientError) as error:
            where = self.endpoint or self.address
            raise StoreUnusable(f"连不上对象存储 {where}，请检查地址和网络。") from error

    @property
    def _client(self) -> Any:
        return _client(os.getpid(), self.endpoint, self.key, self.secret, self.region)


@functools.lru_cache(maxsize=4)
def _client(_process: int, endpoint: str, key: str, secret: str, region: str) -> Any:
    """What speaks with a storage; it takes a tenth of a second to make, and may be shared.

    A process that was forked makes its own: connections are no two processes' at once.
    """
    # Loaded only where an office keeps its archive in object storage: it takes a second.
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint or None,
        aws_access_key_id=key or None,
        aws_secret_access_key=secret or None,
        region_name=region or "us-east-1",
        config=Config(
            connect_timeout=SECONDS,
            read_timeout=SECONDS,
            retries={"max_attempts": 2},
            s3={"addressing_style": "path"},
        ),
    )


def _bytes(content: Content) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()
