"""In this file the tables of permitted steps become the page docs/workflow.md.

Run `python -m tests.house.workflow` after a change of a table; a test compares page and tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import inspect

from publisher import models
from publisher.database import Base, Choice
from publisher.states import Stateful
from publisher.today.words import ACTS
from publisher.words import Worded

PAGE = Path(__file__).parents[2] / "docs" / "workflow.md"
ORDER = (
    "calls",
    "submissions",
    "editing",
    "approvals",
    "issues",
    "publication",
    "retrospect",
    "library",
    "instructions",
    "followups",
    "oldregister",
)
"""The rooms in the order of an item's life."""

HEAD = """\
# States and permitted steps

This page is written out of the tables `NEXT` in the rooms' `model.py`; do not edit it. After a
change of a table run

```
.venv/bin/python -m tests.house.workflow
```

A thing moves along its table by `publisher/states.py:Stateful` only (`move_to`), which refuses
any other step and tells the history. Who may take a step is decided at the doors (`routes.py`), see
[walk.md](walk.md).
"""

assert models, "every room's model is loaded, so that every table is known"


def stateful_nouns() -> list[type[Any]]:
    """Every noun with a table of steps, in the order of an item's life."""
    found = [
        mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Stateful)
    ]
    return sorted(found, key=lambda noun: (ORDER.index(room_of(noun)), _line_of(noun)))


def room_of(noun: type[Any]) -> str:
    """The room a noun lives in."""
    return noun.__module__.split(".")[1]


def states_of(noun: type[Any]) -> type[Worded]:
    """The enumeration of a noun's states."""
    kind = inspect(noun).columns["state"].type
    assert isinstance(kind, Choice)
    return kind.kind


def page() -> str:
    """The whole page."""
    return HEAD + "".join(f"\n{part}" for noun in stateful_nouns() for part in _part(noun))


def _line_of(noun: type[Any]) -> int:
    """Where a noun stands in its file, by the order its module names it."""
    names = list(vars(__import__(noun.__module__, fromlist=["_"])))
    return names.index(noun.__name__)


def _part(noun: type[Any]) -> Iterator[str]:
    room, table = room_of(noun), noun.NEXT
    summary = (noun.__doc__ or "").splitlines()[0]
    yield f"## {room}: {noun.__name__}\n"
    yield f"{summary} `publisher/{room}/model.py:{noun.__name__}`\n"
    yield "\n".join(["```mermaid", "stateDiagram-v2", *_drawing(noun, table), "```"]) + "\n"
    yield (
        "\n".join(["| from | 现状 | to | 改为 |", "|---|---|---|---|", *_rows(noun, table)]) + "\n"
    )
    if hasattr(noun, "STEPS"):
        yield "Every step, who may take it, and in which states:\n"
        head = ["| step | 办理 | 何人 | 何时 | 之后 |", "|---|---|---|---|---|"]
        yield "\n".join([*head, *_steps_of(noun)]) + "\n"


def _steps_of(noun: type[Any]) -> Iterator[str]:
    states = list(states_of(noun))
    for step in noun.STEPS:
        at = "、".join(state.source_word for state in states if state in step.at)
        by = "、".join(side.source_word for side in type(next(iter(step.by))) if side in step.by)
        to = step.to.source_word if step.to else "（不变）"
        yield f"| `{step.act}` | {ACTS[step.act]} | {by} | {at} | {to} |"


def _drawing(noun: type[Any], table: Mapping[Any, frozenset[Any]]) -> Iterator[str]:
    states = states_of(noun)
    for state in states:
        yield f"    {state.value} : {state.source_word}"
    yield f"    [*] --> {next(iter(states)).value}"
    for here, there in _steps(noun, table):
        yield f"    {here.value} --> {there.value}"
    for state in states:
        if not table[state]:
            yield f"    {state.value} --> [*]"


def _rows(noun: type[Any], table: Mapping[Any, frozenset[Any]]) -> Iterator[str]:
    for here, there in _steps(noun, table):
        yield f"| `{here.value}` | {here.source_word} | `{there.value}` | {there.source_word} |"
    for state in states_of(noun):
        if not table[state]:
            yield f"| `{state.value}` | {state.source_word} | — | （终了） |"


def _steps(noun: type[Any], table: Mapping[Any, frozenset[Any]]) -> Iterator[tuple[Worded, Worded]]:
    states = list(states_of(noun))
    for here in states:
        yield from ((here, there) for there in states if there in table[here])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
