"""In this file the documents are held against the program: commands, settings, states, names."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from publisher import config
from publisher.cli import cli
from publisher.database import Base
from publisher.people.permission import Role
from tests.house import workflow

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    path for path in [*DOCS.rglob("*.md"), *ROOT.glob("*.md")] if path.name != "CHANGELOG.md"
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
TOPS = ("publisher", "layouts", "archive", "search", "tests", "docs", "deploy", "instance")
MADE_LATER = (
    "instance/layouts",
    "instance/fonts",
    "instance/config.toml",
    "publisher/static/built",
)
"""What an office or a build puts there; not in the tree."""
LARGEST_PICTURE = 120_000

GUIDES = {
    Role.REPORTER: "reporter",
    Role.UNIT_HEAD: "reporter",
    Role.EDITOR: "editor",
    Role.CHECKER: "approver",
    Role.DIRECTOR: "approver",
    Role.LEADER: "leader",
    Role.SECRETARY: "leader",
    Role.OFFICER: "officer",
    Role.HANDLER: "handler",
    Role.RESEARCHER: "researcher",
    Role.ARCHIVIST: "archivist",
    Role.ADMINISTRATOR: "administrator",
    Role.SECURITY: "administrator",
    Role.AUDITOR: "administrator",
}
"""The guide of each role."""


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def leaves(
    command: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, below in sorted(command.commands.items()):
            yield from leaves(below, (*path, name))
    else:
        yield " ".join(path), command


COMMANDS = dict(leaves(cli))


def sections(page: str) -> dict[str, str]:
    """The text under each heading of the second level."""
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@cache
def names_in(path: Path) -> frozenset[str]:
    """What a Python file defines at its top."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return frozenset(found)


def prose(document: Path) -> str:
    """A page without its fenced examples."""
    return FENCED.sub("", document.read_text(encoding="utf-8"))


def mentioned(document: Path) -> Iterator[str]:
    """Every file of this tree that a page names between backticks."""
    for code in CODE.findall(prose(document)):
        if code.partition("/")[0] in TOPS and "/" in code and not set(code) & set("<>{}*… "):
            yield code


class TestCommands:
    @pytest.mark.parametrize("name", COMMANDS)
    def test_each_has_its_section_with_an_example(self, name: str) -> None:
        section = sections(read("commands.md")).get(name, "")
        assert re.search(rf"^.*jianbao .*{name}", section, re.MULTILINE), f"no example of {name}"

    @pytest.mark.parametrize("name", COMMANDS)
    def test_each_option_is_told_and_no_other(self, name: str) -> None:
        section = sections(read("commands.md"))[name]
        options = {
            option
            for parameter in COMMANDS[name].params
            if isinstance(parameter, click.Option)
            for option in parameter.opts
            if option.startswith("--")
        }
        told = set(re.findall(r"^\| `(--[a-z-]+)`", section, re.MULTILINE))
        assert told == options

    def test_no_section_tells_of_a_command_that_is_not_there(self) -> None:
        assert set(sections(read("commands.md"))) == set(COMMANDS)

    def test_the_options_before_every_command_are_told(self) -> None:
        head = read("commands.md").partition("\n## ")[0]
        for parameter in cli.params:
            assert f"`{parameter.opts[0]}`" in head

    @pytest.mark.parametrize("name", COMMANDS)
    def test_each_says_on_the_console_what_it_does(self, name: str) -> None:
        assert (COMMANDS[name].help or "").strip()


class TestSettings:
    def rows(self) -> dict[str, tuple[str, str, str]]:
        found = re.findall(
            r"^\| `([a-z0-9_]+)` \| `([A-Z0-9_]+)` \| ([^|]+) \| ([^|]+) \|$",
            read("settings.md"),
            re.MULTILINE,
        )
        return {name: (variable, default.strip(), said) for name, variable, default, said in found}

    def sentences(self) -> dict[str, str]:
        """The sentence below each setting in config.py."""
        tree = ast.parse((ROOT / "publisher" / "config.py").read_text(encoding="utf-8"))
        body = next(
            node.body
            for node in tree.body
            if isinstance(node, ast.ClassDef) and node.name == "Settings"
        )
        found: dict[str, str] = {}
        for field, said in itertools.pairwise(body):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                assert isinstance(said, ast.Expr), f"{field.target.id} has no sentence"
                assert isinstance(said.value, ast.Constant)
                found[field.target.id] = str(said.value.value)
        return found

    def test_every_setting_has_a_row_and_no_other(self) -> None:
        assert set(self.rows()) == set(self.sentences()) - {"instance"}

    def test_every_row_names_the_variable_and_the_default(self) -> None:
        defaults = config.Settings.__dataclass_fields__
        for name, (variable, default, _said) in self.rows().items():
            assert variable == config.PREFIX + name.upper()
            value = defaults[name].default
            if value != "":
                written = str(value).lower() if isinstance(value, bool) else str(value)
                assert default == f"`{written}`"

    def test_every_row_begins_with_the_setting_s_own_words(self) -> None:
        sentences = self.sentences()
        for name, (_variable, _default, said) in self.rows().items():
            first = re.split(r"[;,:.]", sentences[name])[0]
            assert first.lower() in said.lower(), f"{name}: “{first}”"


class TestWorkflow:
    def test_the_page_is_what_the_tables_say(self) -> None:
        assert workflow.PAGE.read_text(encoding="utf-8") == workflow.page(), (
            "docs/workflow.md differs from the tables NEXT; run: python -m tests.house.workflow"
        )

    @pytest.mark.parametrize("noun", workflow.stateful_nouns(), ids=lambda noun: noun.__name__)
    def test_every_state_can_be_reached_and_every_table_names_every_state(
        self, noun: type[workflow.Stateful]
    ) -> None:
        states = list(workflow.states_of(noun))
        assert set(noun.NEXT) == set(states)
        reached, new = {states[0]}, {states[0]}
        while new:
            new = {there for here in new for there in noun.NEXT[here]} - reached
            reached |= new
        assert reached == set(states)


class TestLinks:
    @pytest.mark.parametrize("document", PAGES, ids=named)
    def test_every_link_and_picture_is_there(self, document: Path) -> None:
        for target in LINK.findall(CODE.sub("", prose(document))):
            if "://" not in target and not target.startswith(("#", "mailto:")):
                path = document.parent / target.partition("#")[0]
                assert path.exists(), f"{named(document)} links to {target}"

    @pytest.mark.parametrize("document", PAGES, ids=named)
    def test_every_file_and_name_is_there(self, document: Path) -> None:
        for mention in mentioned(document):
            path, _colon, name = mention.partition(":")
            if not mention.startswith(MADE_LATER):
                assert (ROOT / path).exists(), f"{named(document)} names {path}"
            if name and path.endswith(".py"):
                assert name in names_in(ROOT / path), f"{named(document)} names {mention}"

    def test_every_picture_is_used_and_light(self) -> None:
        shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
        for picture in (DOCS / "pictures").glob("*.png"):
            assert picture.name in shown, f"{picture.name} is in no page"
            assert picture.stat().st_size < LARGEST_PICTURE


class TestWalk:
    def test_it_goes_through_every_room(self) -> None:
        walk = read("walk.md")
        rooms = {
            folder.parent.name
            for folder in (ROOT / "publisher").glob("*/__init__.py")
            if folder.parent.name not in {"migrations", "demo"}
        }
        assert {room for room in rooms if f"publisher/{room}/" not in walk} == set()

    def test_it_names_every_table_and_no_other(self) -> None:
        walk = " ".join(read("walk.md").split())
        told: set[str] = set()
        for listed in re.findall(r"[Tt]ables:? ((?:`[a-z_]+`(?:, )?)+)", walk):
            told |= set(CODE.findall(listed))
        assert told == set(Base.metadata.tables)

    @pytest.mark.parametrize(
        "question",
        [
            "how a number is taken",
            "the supervision notice",
            "who may sign",
            "how search treats a phrase",
            "a limit in working days",
            "what an event is worth",
            "a layout",
            "a word on a page",
            "what a role may do",
            "a setting",
            "a table or column",
        ],
    )
    def test_it_says_where_to_change(self, question: str) -> None:
        table = read("walk.md").partition("## Where do I change")[2]
        rows = [line for line in table.splitlines() if line.startswith(f"| {question}")]
        assert len(rows) == 1
        assert CODE.search(rows[0])


class TestGuides:
    @pytest.mark.parametrize("role", Role)
    def test_every_role_has_a_guide_that_says_its_name(self, role: Role) -> None:
        guide = read(f"guides/{GUIDES[role]}.md")
        assert role.source_word in guide

    @pytest.mark.parametrize("name", sorted(set(GUIDES.values())))
    def test_every_guide_shows_the_site(self, name: str) -> None:
        assert "](../pictures/" in read(f"guides/{name}.md")

    @pytest.mark.parametrize("name", sorted(set(GUIDES.values())))
    def test_the_words_of_buttons_are_on_the_pages(self, name: str) -> None:
        words = pages_words()
        for sentence in re.findall(r"点“([^”]+)”", read(f"guides/{name}.md")):
            assert sentence in words, f"“{sentence}” is on no page"


@cache
def pages_words() -> str:
    """Every word the program can show."""
    publisher = ROOT / "publisher"
    files = [*publisher.rglob("*.py"), *(publisher / "templates").rglob("*.html")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


class TestDeployment:
    def test_the_services_use_commands_and_options_that_are_there(self) -> None:
        for unit in (ROOT / "deploy" / "systemd").glob("*.service"):
            line = re.search(r"^ExecStart=\S+/jianbao (\S+)(.*)$", unit.read_text(), re.MULTILINE)
            assert line is not None
            known = {option for one in COMMANDS[line[1]].params for option in one.opts}
            assert set(line[2].split()) <= known

    def test_the_scripts_can_be_read_by_bash(self) -> None:
        scripts = [ROOT / "deploy" / "install", *(ROOT / "deploy" / "setup").glob("*.sh")]
        for script in scripts:
            subprocess.run(["bash", "-n", script], check=True)

    def test_the_first_accounts_are_the_three_officers_and_are_made_once(
        self, tmp_path: Path
    ) -> None:
        office = ["--instance", str(tmp_path / "instance")]
        subprocess.run([sys.executable, "-m", "publisher", *office, "init"], check=True, cwd=ROOT)
        command = [sys.executable, "deploy/first_accounts.py", *office]
        first = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert [line.partition("\t")[0] for line in first.stdout.splitlines()[:3]] == [
            "administrator",
            "security",
            "auditor",
        ]
        again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert again.returncode == 1
        assert "已有账号" in again.stderr

    def test_the_image_copies_every_package_that_is_installed(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        image = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
        for pattern in project["tool"]["setuptools"]["packages"]["find"]["include"]:
            package = pattern.rstrip("*")
            assert f"COPY {package} {package}" in image
