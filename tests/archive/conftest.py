"""In this file tests of the archive find storage roots: in a folder, and in object storage."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive import Bucket, Store


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store, once on a disk and once in object storage."""
    if request.param == "folder":
        return Store(tmp_path / "archive")
    return Store(request.getfixturevalue("bucket")("档案/first"))


@pytest.fixture
def copy(store: Store, request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A second root of the same kind."""
    if isinstance(store.shelf, Bucket):
        return Store(request.getfixturevalue("bucket")())
    return Store(tmp_path / "copy")
