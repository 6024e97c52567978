"""In this file are the commands: each is a verb that also exists as an action.

A room's commands stand in its own `commands.py` and are gathered here; an error ends a command
with its sentence on the standard error and exit code 1.
"""

from __future__ import annotations

import functools
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
from flask import Flask

from publisher import create_app, database, fitting, jobs
from publisher.config import read_settings, write_first_config
from publisher.errors import PublisherError

Values = ParamSpec("Values")
Answer = TypeVar("Answer")
SPARSE = 5.0
"""Seconds between two lines that tell how far a long command is."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--instance",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="JIANBAO_INSTANCE",
    default=Path("instance"),
    show_default=True,
    help="The folder of the office's data.",
)
@click.version_option(package_name="jianbao")
@click.pass_context
def cli(context: click.Context, instance: Path) -> None:
    """Compile, publish and follow up briefing issues (简报)."""
    context.obj = instance


@contextmanager
def office(*, jobs_at_once: bool = True) -> Iterator[None]:
    """The application of the instance at hand, its transactions beginning as a writer's."""
    app = create_app(read_settings(instance_at_hand()), jobs_at_once=jobs_at_once)
    with _closed_after(app), app.app_context(), database.writing():
        fitting.must_fit(database.db.engine)
        yield


@contextmanager
def _closed_after(app: Flask) -> Iterator[None]:
    """Close the connections to the database at the end; a command may be one of many."""
    with app.app_context():
        engine = database.db.engine
    try:
        yield
    finally:
        engine.dispose()


def instance_at_hand() -> Path:
    """The folder named on the command line."""
    return Path(click.get_current_context().find_root().obj)


def say(value: object, *, as_json: bool, text: str) -> None:
    """Print `value` as JSON where it was asked for, else the text."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2) if as_json else text)


def telling(sentence: str, *, as_json: bool) -> Callable[[int, int], None]:
    """What tells how far a long command is: how many are done, of how many.

    The sentence has `{done}` and `{of}`. Lines are `SPARSE` seconds apart; a command that was ready
    before tells none, nor does one that reports as JSON.
    """
    told_at = time.monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal told_at
        if not as_json and done < of and time.monotonic() - told_at >= SPARSE:
            told_at = time.monotonic()
            click.echo(sentence.format(done=done, of=of), err=True)

    return tell


@cli.command()
@click.option("--name", "office_name", default="政府办公室", help="The office's name.")
@click.option("--demo", is_flag=True, help="A demonstration: invented accounts are named.")
def init(office_name: str, *, demo: bool) -> None:
    """Create the instance: settings with a fresh secret, folders, database; safe to repeat."""
    instance = instance_at_hand()
    path = write_first_config(instance, office_name=office_name, demo=demo)
    prepare(instance)
    click.echo(f"实例已就绪：{path.parent.resolve()}")


def prepare(instance: Path) -> None:
    """Make the folders and bring the database to the program's shape."""
    from publisher import migrations

    settings = read_settings(instance)
    for folder in (
        settings.archive_root,
        settings.index_path,
        settings.files_path,
        settings.staging_path,
        settings.proofs_path,
        settings.layouts_path,
        settings.fonts_path,
        settings.packages_path,
        instance / "logs",
    ):
        folder.mkdir(parents=True, exist_ok=True)
    app = create_app(settings)
    with _closed_after(app), app.app_context():
        migrations.upgrade(database.db.engine)


def reporting(function: Callable[Values, Answer]) -> Callable[Values, Answer]:
    """Give a command that reports its `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")(
        function
    )


def friendly(function: Callable[Values, Answer]) -> Callable[Values, Answer]:
    """Let an error of ours end the program with its sentence instead of a traceback."""

    @functools.wraps(function)
    def run(*args: Values.args, **kwargs: Values.kwargs) -> Answer:
        try:
            return function(*args, **kwargs)
        except PublisherError as error:
            click.echo(f"出错：{error.sentence}", err=True)
            sys.exit(1)

    return run


@cli.command()
def demo() -> None:
    """Build the demonstration office once, publish its issues and print where they lie."""
    from publisher.demo import office as demonstration
    from publisher.publication import kept, queries

    with office():
        if not demonstration.exists():
            click.echo("正在建立演示办公室，刊发其各期简报……")
            demonstration.build()
        settings = read_settings(instance_at_hand())
        for publication in queries.published():
            issue = publication.issue
            click.echo(f"《{issue.serial.name}》{issue.number_text}  {publication.pages}页")
            # An old issue that was entered may have been printed only.
            files = {"issue.docx": publication.docx_digest, "issue.pdf": publication.pdf_digest}
            for name in (name for name, digest in files.items() if digest):
                click.echo(f"  {kept.address_of(publication, name, settings)}")


@cli.command()
@click.option("--web-only", is_flag=True, help="The site without its worker.")
def serve(*, web_only: bool) -> None:
    """Serve the site, and do its background work, until stopped."""
    from publisher import serving

    settings = read_settings(instance_at_hand())
    with office():
        pass  # What does not fit is said here, and not by every process on its own.
    click.echo(f"网站地址：http://{settings.host}:{settings.port}（按 Ctrl+C 停止）")
    sys.exit(serving.serve(settings, worker=not web_only))


@cli.command()
def worker() -> None:
    """Do the background work: publish, typeset, index, count."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)
    app = create_app(read_settings(instance_at_hand()))
    with app.app_context():
        fitting.must_fit(database.db.engine)
    jobs.consumer(app).run()


@cli.group()
def history() -> None:
    """Look after the record of who did what."""


@history.command("verify")
@reporting
def verify_history(*, as_json: bool) -> None:
    """Prove that nothing in the history was changed; exit code 2 where something was."""
    from publisher import history as chain

    with office():
        faults = list(chain.verify(database.db.session))
        count, head = chain.size_and_head(database.db.session)
    text = "\n".join(faults) or f"操作记录完整，共 {count} 条，末条摘要 {head[:16]}…"
    say({"entries": count, "head": head, "faults": faults}, as_json=as_json, text=text)
    sys.exit(2 if faults else 0)


@friendly
def main() -> None:
    """The console script."""
    cli()


def _gather_commands() -> None:
    """Take in the commands of the rooms."""
    from publisher.exchange import commands as exchange
    from publisher.library import commands as library
    from publisher.publication import commands as publication
    from publisher.research import commands as research
    from publisher.retrospect import commands as retrospect
    from publisher.submissions import commands as submissions
    from publisher.typesetting import commands as typesetting

    publication.archive.add_command(retrospect.import_)
    publication.archive.add_command(exchange.export)
    publication.archive.add_command(exchange.take_over)
    for command in (
        research.search,
        library.index,
        submissions.items,
        publication.issue,
        typesetting.typeset,
        typesetting.fonts,
        typesetting.layouts,
        publication.archive,
    ):
        cli.add_command(command)


_gather_commands()
