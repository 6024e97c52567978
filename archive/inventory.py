"""In this file is the inventory of an object, as OCFL 1.1, section 3.5, writes it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

TYPE = "https://ocfl.io/1.1/spec/#inventory"
ALGORITHM = "sha512"
NAME = "inventory.json"
SIDECAR = f"{NAME}.{ALGORITHM}"
DECLARATION = "0=ocfl_object_1.1"
DECLARED = "ocfl_object_1.1\n"
DIGEST = re.compile(r"[0-9a-f]{128}")
PLACE = re.compile(r"v([1-9][0-9]{0,5})/content/(.+)", re.DOTALL)
"""Where a content lies below the object's folder."""


@dataclass(frozen=True)
class Version:
    """One version of an object: when, by whom, why, and which content stands under which name."""

    created: str
    message: str
    by_name: str
    by_address: str
    state: dict[str, tuple[str, ...]]
    """Logical names by the digest of their content."""

    def digest_of(self, path: str) -> str | None:
        """The digest of what stands under a name."""
        return next((digest for digest, paths in self.state.items() if path in paths), None)


@dataclass(frozen=True)
class Inventory:
    """All versions of one object, and where each content lies."""

    object_id: str
    versions: tuple[Version, ...] = ()
    manifest: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Places below the object's folder, by digest."""

    @property
    def head(self) -> int:
        """The number of the last version, 0 before the first."""
        return len(self.versions)

    def as_bytes(self) -> bytes:
        """The inventory as it is written to the disk, the same bytes for the same content."""
        data = {
            "id": self.object_id,
            "type": TYPE,
            "digestAlgorithm": ALGORITHM,
            "head": f"v{self.head}",
            "contentDirectory": "content",
            "manifest": {digest: list(paths) for digest, paths in sorted(self.manifest.items())},
            "versions": {
                f"v{number}": {
                    "created": version.created,
                    "message": version.message,
                    "user": {"name": version.by_name, "address": version.by_address},
                    "state": {
                        digest: list(paths) for digest, paths in sorted(version.state.items())
                    },
                }
                for number, version in enumerate(self.versions, 1)
            },
        }
        return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def sidecar(content: bytes) -> bytes:
    """What stands beside an inventory: its digest and name."""
    return f"{hashlib.sha512(content).hexdigest()} {NAME}\n".encode()


def read_inventory(content: bytes) -> Inventory:
    """Read an inventory; raises `ValueError` where it is none of ours.

    It may come from outside: one whose paths lead out of the object's folder is none.
    """
    try:
        data: dict[str, Any] = json.loads(content)
        versions = tuple(
            Version(
                created=one["created"],
                message=one["message"],
                by_name=one["user"]["name"],
                by_address=one["user"].get("address", ""),
                state={digest: tuple(paths) for digest, paths in one["state"].items()},
            )
            for one in (data["versions"][f"v{n}"] for n in range(1, len(data["versions"]) + 1))
        )
        if data["head"] != f"v{len(versions)}" or data["digestAlgorithm"] != ALGORITHM:
            raise ValueError("head or digest algorithm")
        found = Inventory(
            object_id=data["id"],
            versions=versions,
            manifest={digest: tuple(paths) for digest, paths in data["manifest"].items()},
        )
        if not _is_ours(found):
            raise ValueError("names, places or digests")
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("not an inventory") from error
    return found


def _is_ours(found: Inventory) -> bool:
    """Whether every digest is one, every name and place plain, and every content has its place."""
    places = [PLACE.fullmatch(path) for paths in found.manifest.values() for path in paths]
    names = [name for one in found.versions for paths in one.state.values() for name in paths]
    return (
        isinstance(found.object_id, str)
        and all(DIGEST.fullmatch(digest) and paths for digest, paths in found.manifest.items())
        and all(one and int(one[1]) <= found.head and is_plain(one[2]) for one in places)
        and all(map(is_plain, names))
        and all(one.state.keys() <= found.manifest.keys() for one in found.versions)
    )


def is_plain(name: str) -> bool:
    """Whether a path leads down from where it stands, and nowhere else."""
    return "\0" not in name and all(part not in {"", ".", ".."} for part in name.split("/"))
