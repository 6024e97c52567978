"""In this file a fault of the store gets its code and its sentences, kept as data."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

SENTENCES = Path(__file__).with_name("faults.toml")


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was deposited."""

    code: str
    object_id: str
    path: str

    @property
    def sentence(self) -> str:
        """What is wrong, in Chinese."""
        return self._told("zh")

    @property
    def english(self) -> str:
        """What is wrong, in English."""
        return self._told("en")

    def _told(self, language: str) -> str:
        return _sentences()[self.code][language].format(object=self.object_id, path=self.path)


@functools.cache
def _sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads(SENTENCES.read_text(encoding="utf-8"))
