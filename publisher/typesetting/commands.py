"""In this file are the commands of typesetting: issues out of JSON files, faces, layouts."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

import layouts as wing
from layouts.copying import check_layout, is_of_office, new_layout, sample_source
from layouts.fonts import lacks, usual_characters
from publisher import cli
from publisher.config import CONFIG_FILE, Settings, read_settings
from publisher.errors import InputRefused, PublisherError
from publisher.publication import press, staging
from publisher.serials import queries as serials

PHOTO_ENDINGS = frozenset({".jpg", ".jpeg", ".png"})
FORMS = (press.DOCX, press.PDF, press.HTML)
SAID = {wing.Severity.HARD.value: "须改正", wing.Severity.SOFT.value: "请留意"}
"""How a fault is introduced: what could not be signed in an office, and what would be asked."""


@click.command()
@click.argument(
    "sources",
    metavar="FILE...",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    nargs=-1,
    required=True,
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder for issue.docx, issue.pdf and issue.html; of several, each in a folder.",
)
@click.option(
    "--photos",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder with the photos, named by their keys: 12.jpg for photo:12.",
)
@cli.reporting
@cli.friendly
def typeset(sources: Sequence[Path], out: Path, photos: Path | None, as_json: bool) -> None:
    """Typeset issues out of JSON files, without an office or its database.

    Of several files each comes into a folder of its own name; one that is wrong is named, and the
    others are set.
    """
    office = read_settings(cli.instance_at_hand())
    pictures = _photos_in(photos)
    if len(sources) == 1:
        report = _set(sources[0], out, pictures, office)
        cli.say(report, as_json=as_json, text=_as_text(report))
        return
    reports = _set_each(sources, out, pictures, office, quiet=as_json)
    if as_json:
        cli.say(reports, as_json=True, text="")
    if any("error" in report for report in reports):
        sys.exit(1)


def _set_each(
    sources: Sequence[Path],
    out: Path,
    photos: Mapping[str, bytes],
    office: Settings,
    *,
    quiet: bool,
) -> list[dict[str, Any]]:
    """Set one after another; a wrong one is told and the next goes on."""
    reports: list[dict[str, Any]] = []
    taken: dict[str, Path] = {}
    for source in sources:
        name = source.stem
        try:
            if name in taken:
                raise InputRefused(f"与 {taken[name]} 同名，请改名后另排。")
            taken[name] = source
            report = _set(source, out / name, photos, office)
            if not quiet:
                click.echo(_as_text(report))
        except PublisherError as error:
            report = {"source": str(source), "error": error.sentence}
            click.echo(f"出错：{source}：{error.sentence}", err=True)
        reports.append(report)
    return reports


def _set(source: Path, out: Path, photos: Mapping[str, bytes], office: Settings) -> dict[str, Any]:
    """Set one file into a folder and say what came of it."""
    beside = source.with_name(press.LAYOUT)
    kept = beside.read_bytes() if beside.is_file() else None
    report = _set_form(_read_json(source), out, photos, office, kept_layout=kept)
    return {"source": str(source)} | report


def _set_form(
    form: Mapping[str, Any],
    out: Path,
    photos: Mapping[str, bytes],
    office: Settings,
    *,
    kept_layout: bytes | None = None,
) -> dict[str, Any]:
    """Set the JSON form of an issue into a folder and say what came of it."""
    began = time.monotonic()
    document = press.compose(form, office.layouts_path, kept_layout=kept_layout)
    made = press.set_all(
        document,
        photos,
        layouts_dir=office.layouts_path,
        fonts_dir=office.fonts_path,
        seconds=office.typeset_seconds,
    )
    for name, content in made.by_name.items():
        staging.write_durably(out / name, content)
    return {
        "files": [str(out / name) for name in FORMS],
        "pages": made.pages,
        "faults": [
            {"severity": one.severity.value, "place": one.place, "sentence": one.sentence}
            for one in (*made.faults, *wing.overflow_faults(document, made.by_name[press.PDF]))
        ],
        "seconds": round(time.monotonic() - began, 3),
    }


def _as_text(report: Mapping[str, Any]) -> str:
    faults = (
        f"{SAID[one['severity']]}（{one['place']}）：{one['sentence']}" for one in report["faults"]
    )
    return "\n".join([*report["files"], *faults])


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputRefused(f"{path} 不是 UTF-8 编码的文本文件。") from error
    except json.JSONDecodeError as error:
        raise InputRefused(
            f"{path} 不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 列。"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputRefused(f"{path} 不是可用的 JSON：数字过长或层次过深。") from error
    except OSError as error:
        raise InputRefused(f"{path} 读不出来。") from error


def _photos_in(folder: Path | None) -> dict[str, bytes]:
    if folder is None:
        return {}
    return {
        path.stem: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in PHOTO_ENDINGS
    }


SHOWN = 20
"""So many of the characters a face lacks are named."""


@click.command()
@click.option(
    "--text",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A UTF-8 text whose characters are looked for; else GB 2312 and rare ones of names.",
)
@cli.reporting
@cli.friendly
def fonts(text: Path | None, as_json: bool) -> None:
    """Say what is found for each face, what stands in for it, and which characters it lacks."""
    office = read_settings(cli.instance_at_hand())
    wanted = usual_characters() if text is None else _read_text(text)
    reports = [
        {
            "face": lack.found.face,
            "wanted": lack.found.wanted,
            "used": lack.found.used,
            "substituted": lack.found.is_substituted,
            "lacks": len(lack.substituted),
            "first": list(lack.substituted[:SHOWN]),
            "missing": len(lack.missing),
            "first_missing": list(lack.missing[:SHOWN]),
        }
        for lack in lacks(wanted, office.fonts_path)
    ]
    cli.say(reports, as_json=as_json, text="\n".join(map(_face_as_text, reports)))


def _face_as_text(report: Mapping[str, Any]) -> str:
    words = [f"{report['face']}  {report['wanted']}："]
    if not report["used"]:
        words.append("本机没有，也没有可替代的字体。")
    elif report["substituted"]:
        words.append(f"本机没有，以 {report['used']} 代替。")
    else:
        words.append(f"已找到 {report['used']}。")
    if report["lacks"]:
        shown = "".join(report["first"])
        words.append(f"缺 {report['lacks']} 字，由其他字体补排：{shown}。")
    if report["missing"]:
        shown = "".join(report["first_missing"])
        words.append(f"另有 {report['missing']} 字各字体都没有，会排成空框：{shown}。")
    return "".join(words)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputRefused(f"{path} 不是 UTF-8 编码的文本文件。") from error


@click.group()
def layouts() -> None:
    """List, check, make and preview layouts."""


@layouts.command("list")
@cli.reporting
@cli.friendly
def list_(as_json: bool) -> None:
    """Every layout with its title, whose it is and the serials that use it."""
    folder = read_settings(cli.instance_at_hand()).layouts_path
    users = _users_of_layouts()
    reports = [
        {
            "name": name,
            "title": title,
            "whose": "office" if is_of_office(name, folder) else "library",
            "serials": users.get(name, []),
        }
        for name, title in wing.layout_titles(folder)
    ]
    cli.say(reports, as_json=as_json, text="\n".join(map(_layout_as_text, reports)))


def _layout_as_text(report: Mapping[str, Any]) -> str:
    whose = "本办自有" if report["whose"] == "office" else "系统自带"
    used = "".join(f"《{name}》" for name in report["serials"])
    return f"{report['name']}  {report['title']}  {whose}" + (f"  用于{used}" if used else "")


def _users_of_layouts() -> dict[str, list[str]]:
    """The names of the serials by their layout; none without an office."""
    users: dict[str, list[str]] = {}
    if (cli.instance_at_hand() / CONFIG_FILE).is_file():
        with cli.office():
            for serial in serials.all_serials():
                users.setdefault(serial.layout, []).append(serial.name)
    return users


@layouts.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@cli.reporting
@cli.friendly
def check(names: Sequence[str], as_json: bool) -> None:
    """Read layouts, all where none is named, and name every field that is wrong.

    The exit code is 1 then.
    """
    folder = read_settings(cli.instance_at_hand()).layouts_path
    reports = [_checked(name, folder) for name in names or wing.layout_names(folder)]
    lines = [
        f"{one['name']}：{fault['field']}：{fault['reason']}"
        for one in reports
        for fault in one["faults"]
    ]
    lines += [f"{one['name']}：无误。" for one in reports if not one["faults"]]
    cli.say(reports, as_json=as_json, text="\n".join(lines))
    if any(one["faults"] for one in reports):
        sys.exit(1)


def _checked(name: str, folder: Path) -> dict[str, Any]:
    try:
        check_layout(name, folder)
    except wing.LayoutInvalid as error:
        # It may be the layout this one is based on that is wrong.
        whose = "" if error.layout == name else f"{error.layout}/"
        faults = [{"field": whose + field, "reason": reason} for field, reason in error.faults]
        return {"name": name, "faults": faults}
    return {"name": name, "faults": []}


@layouts.command()
@click.argument("name")
@click.option("--from", "base", default="regular", show_default=True, help="The layout it follows.")
@cli.friendly
def new(name: str, base: str) -> None:
    """Make a layout of the office's own, based on one that is there."""
    instance = cli.instance_at_hand()
    if not (instance / CONFIG_FILE).is_file():
        raise InputRefused("这里还没有实例，请先运行 jianbao init。")
    try:
        path = new_layout(name, base, read_settings(instance).layouts_path)
    except wing.LayoutInvalid as error:
        raise InputRefused(str(error)) from error
    click.echo(f"版式已建立，请编辑：{path}")


@layouts.command()
@click.argument("name")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder for issue.docx, issue.pdf and issue.html.",
)
@cli.reporting
@cli.friendly
def preview(name: str, out: Path, as_json: bool) -> None:
    """Set the sample text in a layout, in all three forms."""
    office = read_settings(cli.instance_at_hand())
    try:
        form = sample_source(name, office.layouts_path)
    except wing.LayoutInvalid as error:
        raise InputRefused(str(error)) from error
    report = {"layout": name} | _set_form(form, out, {}, office)
    cli.say(report, as_json=as_json, text=_as_text(report))
