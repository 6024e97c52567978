"""In this file are the commands that care for the index: made anew, held against records."""

from __future__ import annotations

import sys

import click

from publisher import cli
from publisher.library import indexing
from publisher.library.engine import engine_of, telling_faults
from publisher.library.tasks import make_anew
from publisher.settings import settings


@click.group()
def index() -> None:
    """Look after the full-text index."""


@index.command()
@cli.reporting
def rebuild(*, as_json: bool) -> None:
    """Build the index anew beside the old one, and put it in its place."""
    with cli.office(), telling_faults():
        count = make_anew()
    cli.say({"records": count}, as_json=as_json, text=f"索引已重建，共 {count} 条。")


@index.command()
@cli.reporting
def check(*, as_json: bool) -> None:
    """Hold the index against the records; exit code 2 where they differ."""
    with cli.office(), telling_faults():
        expected = [(record.id, record.digest) for record in indexing.records(indexing.keys())]
        report = engine_of(settings()).check(expected)
    wrong = [*report.missing, *report.changed, *report.unexpected]
    text = (
        f"索引与记录不符：缺 {len(report.missing)} 条，旧 {len(report.changed)} 条，"
        f"多 {len(report.unexpected)} 条。可运行 jianbao index rebuild 重建。"
        if wrong
        else f"索引与记录一致，共 {report.indexed} 条。"
    )
    cli.say(
        {
            "expected": report.expected,
            "indexed": report.indexed,
            "missing": list(report.missing),
            "changed": list(report.changed),
            "unexpected": list(report.unexpected),
        },
        as_json=as_json,
        text=text,
    )
    sys.exit(2 if wrong else 0)
