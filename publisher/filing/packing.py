"""In this file a year's files become a package for the archives (移交包): BagIt, with an index.

Every edition of every object goes in, with the record of DA/T 46, its archive number filled in;
where whoever asked may know of instructions, so do the versions that hold them.
`index.html` opens in any browser without this program and without a network.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import zipfile
from html import escape
from pathlib import Path

import bagit
from flask_babel import gettext as _

from publisher import clock
from publisher.config import Settings
from publisher.database import db
from publisher.errors import PublisherError
from publisher.filing import queries, sheets
from publisher.filing.model import PackageState
from publisher.language import day
from publisher.publication import describing, kept
from publisher.publication import queries as publications

logger = logging.getLogger(__name__)
FORM = 1
"""The form of a package, in its bag-info.txt."""
CHUNK = 1024 * 1024
STYLE = (
    "body{font:16px/1.7 'Noto Serif CJK SC',SimSun,serif;max-width:70em;margin:2em auto;"
    "padding:0 1em}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:.35em .6em;"
    "text-align:left;vertical-align:top;white-space:nowrap}td.title{white-space:normal}"
    "td a+a{margin-left:.8em}th{background:#f3f3f3}h1{font-size:1.4em}"
    "@media(max-width:60em){body{font-size:14px}td,th{padding:.3em}}"
    "@page{size:A4 landscape}"
)


def path_of(number: int, office: Settings) -> Path:
    """Where a package lies when it is made."""
    return office.packages_path / f"package-{number}.zip"


def make(number: int, office: Settings) -> None:
    """Make a package; what hinders is kept as a sentence."""
    package = queries.package(number)
    if package.state != PackageState.QUEUED:
        return
    year, with_papers = package.year, package.with_papers
    db.session.rollback()
    folder = office.packages_path / f"making-{number}"
    try:
        shutil.rmtree(folder, ignore_errors=True)
        count = _fill(folder, year, office, with_papers=with_papers)
        _seal(folder, year, count, office)
        target = path_of(number, office)
        _zip(folder, target, f"移交包-{year}")
        size, digest = target.stat().st_size, _digest(target)
    except (PublisherError, OSError, bagit.BagError) as error:
        logger.exception("Package %d was not made", number)
        told = error.sentence if isinstance(error, PublisherError) else _("磁盘写入或读取失败。")
        _conclude(number, error=told)
    else:
        _conclude(number, files=count, size=size, digest=digest)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _conclude(
    number: int, *, files: int = 0, size: int = 0, digest: str = "", error: str = ""
) -> None:
    db.session.rollback()
    package = queries.package(number)
    package.state = PackageState.FAILED if error else PackageState.READY
    package.size, package.digest, package.error = size, digest, error
    package.files = files or package.files
    db.session.commit()


def _fill(folder: Path, year: int, office: Settings, *, with_papers: bool) -> int:
    """Lay every file of the year into the folder; says how many issues that were."""
    filed = queries.filed(year)
    latest = queries.publications_of(filed)
    rows = {row.archive_number: row for row in sheets.rows(year)}
    editions = publications.versions_of_editions(latest)
    lines = []
    for one in filed:
        publication = latest.get(one.object_id)
        if publication is None:
            raise PublisherError(_("“%(name)s”不在档案库里。", name=one.object_id))
        versions = kept.versions_of(one.object_id, office)
        if not with_papers:
            versions = [each for each in versions if each.number in editions[one.object_id]]
        for version in versions:
            into = folder / one.archive_number / f"v{version.number}"
            for name, content in kept.files_of(one.object_id, version.number, office):
                target = into / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        record = kept.record_of(
            publication, one.archive_number, office, version=versions[-1].number
        )
        own = folder / one.archive_number
        (own / describing.JSON).write_bytes(describing.as_json(record))
        (own / describing.XML).write_bytes(describing.as_xml(record))
        lines.append((rows[one.archive_number], publication.object_version or 1))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "归档文件目录.xlsx").write_bytes(sheets.as_table(rows.values()))
    (folder / "index.html").write_text(_index(folder, lines, year, office), encoding="utf-8")
    db.session.rollback()
    return len(filed)


def _index(folder: Path, lines: list[tuple[sheets.Row, int]], year: int, office: Settings) -> str:
    """A page that leads to everything in the package, by addresses inside it alone."""
    body = "".join(
        f"<tr><td>{escape(row.position)}</td><td>{escape(row.archive_number)}</td>"
        f'<td class="title">{escape(row.title)}<br>{escape(row.number)}</td>'
        f"<td>{escape(row.date)}</td><td>{escape(row.pages)}</td>"
        f"<td>{escape(row.retention)}</td><td>{escape(row.note)}</td>"
        f"<td>{_links(folder, row.archive_number, version)}</td></tr>"
        for row, version in lines
    )
    name = f"{escape(office.office_name)} {year}年归档文件"
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{name}</title>'
        f"<style>{STYLE}</style></head><body><h1>{name}</h1>"
        f"<p>全宗号 {escape(office.fonds_number)}，共 {len(lines)} 件，"
        f"{day(clock.today())}生成。校验：在上一级文件夹核对 manifest-sha512.txt。</p>"
        "<table><thead><tr><th>序号</th><th>档号</th><th>题名</th><th>日期</th><th>页数</th>"
        f"<th>保管期限</th><th>备注</th><th>文件</th></tr></thead><tbody>{body}</tbody></table>"
        "</body></html>\n"
    )


def _links(folder: Path, archive_number: str, version: int) -> str:
    """What a file of the year can be opened as; an old issue entered later has its scan alone."""
    offered = (
        (f"v{version}/issue.pdf", "PDF"),
        (f"v{version}/issue.html", "阅读页"),
        (describing.XML, "元数据"),
    )
    return "".join(
        f'<a href="{escape(archive_number)}/{name}">{word}</a>'
        for name, word in offered
        if (folder / archive_number / name).is_file()
    )


def _seal(folder: Path, year: int, count: int, office: Settings) -> None:
    """Make a bag of the folder: data/, manifests, bag-info."""
    bagit.make_bag(
        str(folder),
        {
            "Source-Organization": office.office_name,
            "External-Identifier": f"{office.fonds_number}-{year}",
            "External-Description": f"{year}年归档文件 {count} 件",
            "Bagging-Date": clock.today().isoformat(),
            "Bag-Software-Agent": "jianbao",
            "Jianbao-Package-Form": str(FORM),
        },
        checksums=["sha256", "sha512"],
    )


def _zip(folder: Path, target: Path, name: str) -> None:
    staged = target.with_suffix(".writing")
    with zipfile.ZipFile(staged, "w", zipfile.ZIP_STORED, allowZip64=True) as package:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                package.write(path, f"{name}/{path.relative_to(folder).as_posix()}")
    staged.replace(target)


def _digest(path: Path) -> str:
    made = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            made.update(chunk)
    return made.hexdigest()
