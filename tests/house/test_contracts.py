"""In this file the house is held to its rules: furniture, first sentences, clock, verbs, words."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from publisher.publication.model import Step
from publisher.today.words import ACTS

ROOT = Path(__file__).parents[2]
PACKAGES = ("publisher", "layouts", "archive", "search")
FURNITURE = frozenset({"__init__", "model", "actions", "queries", "forms", "routes"})
"""What every room may hold and whoever knows one room knows."""
ALSO = frozenset({"commands", "tasks", "sheets", "finding"})
"""What several rooms hold: for the console, the worker, the printer and the index."""
OWN = {
    "people": {"permission", "guard", "sign_in"},
    "attachments": {"answers", "packages", "pictures", "protection", "reading", "texts"},
    "submissions": {"importing"},
    "issues": {"checking", "numbering", "places", "signing", "source", "told"},
    "publication": {
        "audit",
        "by_hand",
        "chain",
        "checks",
        "copies",
        "describing",
        "differing",
        "distribution",
        "errors",
        "kept",
        "originals",
        "outbox",
        "moving",
        "papers",
        "press",
        "proofs",
        "staging",
        "stores",
        "watch",
    },
    "retrospect": {
        "articles",
        "carried",
        "contents",
        "drafts",
        "entering",
        "errors",
        "extraction",
        "eye",
        "imprints",
        "mastheads",
        "numerals",
        "pages",
        "paragraphs",
        "readings",
        "recognition",
        "scans",
        "titles",
        "word",
        "words",
    },
    "filing": {"packing", "papers", "records"},
    "exchange": {"arriving", "beside", "leaving", "outward", "portable"},
    "library": {"anchors", "engine", "indexing", "leaves", "reading", "webannotation"},
    "research": {
        "api",
        "citing",
        "exporting",
        "found_pages",
        "guessing",
        "marked_pdf",
        "harvest",
        "keeping_routes",
        "overlap",
        "searching",
        "timeline",
        "trends",
        "understood",
    },
    "instructions": {
        "adoption_routes",
        "adoptions",
        "pages",
        "beside",
        "fair_copies",
        "ink",
        "photos",
        "subjects",
    },
    "followups": {
        "calendar",
        "limit_routes",
        "limits",
        "links",
        "named",
        "opening_routes",
        "papers",
        "proposals",
        "registers",
        "reminders",
        "rounds",
        "request_routes",
        "successor_routes",
        "transfers",
    },
    "oldregister": {
        "cells",
        "columns",
        "entries",
        "importing",
        "leaders",
        "links",
        "report",
        "workbook",
    },
    "typesetting": {"previews"},
    "threads": {"dossier", "story"},
    "today": {"navigation", "words"},
}
"""What one room alone needs; a file that is new here was thought about."""
NO_ROOMS = frozenset({"demo", "migrations", "templates", "static", "assets", "translations"})
LONGEST = 560
"""Lines of a file; whoever needs more has two files."""
NO_PLACE_IN_THE_HOUSE = re.compile(
    r"\bTODO\b|\bFIXME\b|\bXXX\b|/home/|/Users/|[Ii]ssue #\d|\bsee PR\b"
)
VERBS_KNOW_NOT = frozenset({"db", "request", "current_person", "current_user", "session"})


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def modules(*folders: str) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "node_modules" not in path.parts and "versions" not in path.parts
    )


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def rooms() -> list[Path]:
    return sorted(
        path
        for path in (ROOT / "publisher").iterdir()
        if path.is_dir() and path.name not in NO_ROOMS and (path / "__init__.py").exists()
    )


def names_used(path: Path) -> set[str]:
    return {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


class TestFurniture:
    @pytest.mark.parametrize("room", rooms(), ids=lambda room: room.name)
    def test_a_room_holds_the_furniture_of_every_room_and_what_it_was_given(
        self, room: Path
    ) -> None:
        held = {path.stem for path in room.glob("*.py")}
        assert held <= FURNITURE | ALSO | OWN.get(room.name, set())

    def test_nothing_is_allowed_that_is_not_there(self) -> None:
        for room, files in OWN.items():
            for name in files:
                assert (ROOT / "publisher" / room / f"{name}.py").exists(), f"{room}/{name}.py"

    @pytest.mark.parametrize("room", rooms(), ids=lambda room: room.name)
    def test_a_room_is_flat(self, room: Path) -> None:
        assert [path.name for path in room.iterdir() if path.is_dir()] in ([], ["__pycache__"])

    def test_there_is_no_drawer_for_everything(self) -> None:
        drawers = {"utils", "util", "helpers", "helper", "common", "misc", "base"}
        assert [named(path) for path in modules(*PACKAGES) if path.stem in drawers] == []


class TestSentences:
    @pytest.mark.parametrize("path", modules(*PACKAGES, "tests", "deploy", "docs"), ids=named)
    def test_a_file_says_first_what_is_done_in_it(self, path: Path) -> None:
        said = ast.get_docstring(tree(path)) or ""
        if path.name == "__init__.py":
            assert said or not path.read_text(encoding="utf-8").strip()
        else:
            assert said.startswith("In th")
            assert re.search(r"[.:]$", said.splitlines()[0])

    @pytest.mark.parametrize("path", modules(*PACKAGES), ids=named)
    def test_everything_public_has_a_sentence(self, path: Path) -> None:
        silent = [
            node.name
            for node in ast.walk(tree(path))
            if isinstance(node, ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
        silent += [
            node.name
            for node in tree(path).body
            if isinstance(node, ast.FunctionDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
        assert silent == []

    @pytest.mark.parametrize("path", modules(*PACKAGES), ids=named)
    def test_a_file_can_be_read_at_one_sitting(self, path: Path) -> None:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST

    def test_nothing_in_the_tree_speaks_of_how_it_was_made(self) -> None:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
        ).stdout.decode()
        kept = [ROOT / name for name in listed.split("\0") if name]
        found = [
            f"{named(path)}: {match[0]}"
            for path in kept
            if path.is_file()
            and path.suffix in {".py", ".md", ".toml", ".html", ".css", ".js", ".sh", ".conf", ""}
            and path != Path(__file__)
            for match in [NO_PLACE_IN_THE_HOUSE.search(path.read_text("utf-8", errors="replace"))]
            if match
        ]
        assert found == []


class TestVerbs:
    @pytest.mark.parametrize(
        "path", sorted((ROOT / "publisher").glob("*/actions.py")), ids=lambda path: path.parent.name
    )
    def test_a_verb_knows_no_session_no_request_and_no_commit(self, path: Path) -> None:
        assert names_used(path) & VERBS_KNOW_NOT == set()
        assert [call.lineno for call in calls(path) if called(call) == "commit"] == []

    @pytest.mark.parametrize("path", modules("publisher"), ids=named)
    def test_a_state_moves_by_its_table_only(self, path: Path) -> None:
        """A state is set aside from the table only where its thing is made, or is no step."""
        free = {"states.py", "proofs.py"}
        made: list[int] = []
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.FunctionDef):
                continue
            for one in ast.walk(node):
                if isinstance(one, ast.Assign) and any(
                    isinstance(target, ast.Attribute) and target.attr == "state"
                    for target in one.targets
                ):
                    first = _first_state(one.value) or _of_the_past(path, one.value)
                    if path.name not in free and not first:
                        made.append(one.lineno)
        assert made == []

    @pytest.mark.parametrize("path", modules(*PACKAGES), ids=named)
    def test_there_is_one_clock(self, path: Path) -> None:
        read = [
            call.lineno
            for call in calls(path)
            if isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and (call.func.value.id, call.func.attr)
            in {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}
        ]
        assert read == [] or named(path) == "publisher/clock.py"


FIRST_STATES = frozenset(
    {"SUBMITTED", "EDITING", "UNDER_WAY", "OPEN", "QUEUED", "RECORDED", "ASSIGNED", "ASKED"}
    | {"PRIVATE", "RELEASED", "READY", "FAILED", "PROPOSED", "OFFERED", "WAITING", "ARRANGING"}
)
"""What a new thing may be; an annotation is born either way, a proof has no table."""


def _of_the_past(path: Path, value: ast.expr) -> bool:
    """An item of an old issue came out, a case of an old register was closed long ago.

    No step of today's leads there.

    What comes in from another instance has the state it had there.
    """
    if path.parent.name == "exchange":
        return True
    state = value.attr if isinstance(value, ast.Attribute) else ""
    return (path.parent.name, state) in {("retrospect", "PUBLISHED"), ("oldregister", "CLOSED")}


def _first_state(value: ast.expr) -> bool:
    if isinstance(value, ast.IfExp):
        return _first_state(value.body) and _first_state(value.orelse)
    return isinstance(value, ast.Attribute) and value.attr in FIRST_STATES


def acts_told() -> set[str]:
    """Every act that the rooms tell the history."""
    told = {step.value for step in Step if step != Step.QUEUED}
    for path in modules("publisher"):
        if "demo" in path.parts:
            continue
        for call in calls(path):
            told |= {
                one.value.value
                for one in call.keywords
                if one.arg == "act" and isinstance(one.value, ast.Constant)
            }
            if called(call) == "record" and len(call.args) > 1:
                second = call.args[1]
                told |= {second.value} if isinstance(second, ast.Constant) else set()
    return {str(one) for one in told}


class TestWords:
    def test_every_act_that_is_told_has_its_word(self) -> None:
        assert acts_told() == set(ACTS)
