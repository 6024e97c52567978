"""In this file a record is cited: in the office's form, by GB/T 7714, and as RIS for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from search import Record

RIS_TYPES = {
    "item": "NEWS",
    "issue": "SER",
    "instruction": "PCOMM",
    "case": "RPRT",
    "report": "RPRT",
    "adoption": "NEWS",
}
"""What RIS calls a kind; a file is GEN."""


@dataclass(frozen=True)
class Citation:
    """One record as papers cite it."""

    office: str
    """《政务信息》2026年第12期（总第1487期）：题名（2026年3月9日）."""
    standard: str
    """GB/T 7714-2015, as a document of an office: 责任者. 题名[Z]. 日期."""


def citation_of(record: Record, publisher: str) -> Citation:
    """How papers cite a record that `publisher` keeps."""
    day = record.date
    when = f"{day.year}年{day.month}月{day.day}日"
    issue = f"《{record.serial}》{_with_year(record)}" if record.serial else record.number_text
    title = record.title
    if record.kind == "issue":
        office = f"{issue}（{when}）"
        standard = f"{publisher}. {issue}[Z]. {day.isoformat()}."
    elif record.kind == "item":
        office = f"{issue}：{title}（{when}）"
        standard = f"{record.unit or publisher}. {title}[Z]. {issue}, {day.isoformat()}."
    else:
        number = f"（{record.number_text}，{when}）" if record.number_text else f"（{when}）"
        office = f"{title}{number}"
        standard = f"{record.leader or record.unit or publisher}. {title}[Z]. {day.isoformat()}."
    return Citation(office, standard)


def _with_year(record: Record) -> str:
    year = f"{record.year}年" if record.year and str(record.year) not in record.number_text else ""
    return f"{year}{record.number_text}"


def ris(records: Iterable[Record], publisher: str, address: str) -> str:
    """The records as RIS, for EndNote, Zotero and their like; `address` stands before each path."""
    return "".join(_entry(record, publisher, address) for record in records)


def _entry(record: Record, publisher: str, address: str) -> str:
    fields = [
        ("TY", RIS_TYPES.get(record.kind, "GEN")),
        ("TI", record.title),
        *(("AU", unit) for unit in record.unit.split("、") if unit),
        ("T2", record.serial),
        ("IS", record.number_text),
        ("PY", str(record.date.year)),
        ("DA", record.date.strftime("%Y/%m/%d")),
        ("PB", publisher),
        ("AB", " ".join(record.text.split())[:500]),
        *(("KW", tag) for tag in record.tags),
        ("N1", record.state if record.kind in {"item", "issue"} else ""),
        ("ID", record.id),
        ("UR", f"{address.rstrip('/')}{record.url}"),
    ]
    lines = [f"{name}  - {' '.join(value.split())}" for name, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", "", ""])
