"""In this file the ledger of a period becomes a score bulletin (通报), a sheet or an item."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from publisher.errors import NotFound
from publisher.language import day
from publisher.people.model import UnitGroup
from publisher.scores import queries
from publisher.scores.queries import Standing
from publisher.serials import queries as serials
from publisher.settings import settings
from publisher.words import N_

GROUPS = (UnitGroup.COUNTY, UnitGroup.DEPARTMENT)
"""The groups that are ranked, each for itself."""
KINDS = {"month": N_("本月"), "quarter": N_("本季度"), "year": N_("今年以来")}
"""The periods a bulletin is made for, seen from a month."""
QUARTERS = "一二三四"
NOTES = (
    "得分相同的名次并列；采用按本期刊发的条次计，一条信息被几种刊物采用的，计几次；"
    "采用率为本期报送的信息中已被采用的条数与报送条数之比，截至本通报日期。"
    "各单位对计分有疑问的，请与编辑部核对。"
)
"""What stands under the tables."""
FIRST = 3
"""So many ranks are named in the text."""


@dataclass(frozen=True)
class Period:
    """The days a bulletin counts, both included, and what it calls them."""

    key: str
    """For what was made of it: month-2026-11."""
    start: date
    end: date
    name: str


@dataclass(frozen=True)
class Usage:
    """How one unit's items were used: its standing, and how many each serial printed."""

    standing: Standing
    by_serial: Mapping[str, int]
    year_points: float


@dataclass(frozen=True)
class Bulletin:
    """What a bulletin tells, ready to be put on paper."""

    period: Period
    groups: Sequence[tuple[UnitGroup, Sequence[Usage]]]
    serials: Sequence[tuple[str, str]]
    """Code and name of each serial that printed something in the period."""

    @property
    def title(self) -> str:
        """2026年11月政务信息采用情况的通报."""
        return f"{self.period.name}政务信息采用情况的通报"

    @property
    def usages(self) -> list[Usage]:
        """Every unit's, group after group."""
        return [usage for _group, usages in self.groups for usage in usages]


def period(kind: str, year: int, month: int) -> Period:
    """The period of a kind that a month belongs to; raises `NotFound` for an unknown kind."""
    end = date(year, month, calendar.monthrange(year, month)[1])
    if kind == "month":
        return Period(f"month-{year}-{month}", date(year, month, 1), end, f"{year}年{month}月")
    if kind == "quarter":
        number = (month - 1) // 3
        last = 3 * number + 3
        return Period(
            f"quarter-{year}-{number + 1}",
            date(year, 3 * number + 1, 1),
            date(year, last, calendar.monthrange(year, last)[1]),
            f"{year}年第{QUARTERS[number]}季度",
        )
    if kind == "year":
        name = (
            f"{year}年" if month == 12 else f"{year}年1—{month}月" if month > 1 else f"{year}年1月"
        )
        return Period(f"year-{year}-{month}", date(year, 1, 1), end, name)
    raise NotFound


def made(counted: Period) -> Bulletin:
    """What the ledger has of a period."""
    adoptions = queries.adoptions(counted.start, counted.end)
    printed = {code for counts in adoptions.values() for code in counts}
    groups = []
    for group in GROUPS:
        of_year = {
            one.unit.id: one.points
            for one in queries.ranking(group, date(counted.end.year, 1, 1), counted.end)
        }
        groups.append(
            (
                group,
                [
                    Usage(one, adoptions.get(one.unit.id, {}), of_year.get(one.unit.id, 0))
                    for one in queries.ranking(group, counted.start, counted.end)
                ],
            )
        )
    names = [(one.code, one.name) for one in serials.all_serials() if one.code in printed]
    return Bulletin(counted, groups, names)


def summary(bulletin: Bulletin) -> list[str]:
    """The text before the tables, in paragraphs."""
    standings = [usage.standing for usage in bulletin.usages]
    sent, used, higher, instructed = (
        sum(getattr(one, name) for one in standings)
        for name in ("submitted", "adopted", "adopted_up", "instructed")
    )
    above = f"被上级采用{higher}条次，" if higher else ""
    sums = f"报送政务信息{sent}条，采用{used}条次，{above}获领导批示{instructed}条次"
    told = [f"{bulletin.period.name}，各单位共{sums}。"]
    for group, usages in bulletin.groups:
        first = [
            f"{one.standing.unit.short_name}（{points(one.standing.points)}分）"
            for one in usages
            if one.standing.rank <= FIRST and one.standing.points > 0
        ]
        if first:
            told.append(f"{group.source_word}得分居前的是：{'、'.join(first)}。")
    silent = [one.unit.short_name for one in standings if not one.submitted]
    unused = [one.unit.short_name for one in standings if one.submitted and not one.adopted]
    if silent:
        told.append(f"未报送信息的单位：{'、'.join(silent)}。")
    if unused:
        told.append(f"有报送、未采用的单位：{'、'.join(unused)}。")
    return told


def words(bulletin: Bulletin, on: date) -> dict[str, str]:
    """What a bulletin puts into its sheet."""
    return {
        "office": settings().office_name,
        "date": day(on),
        "title": bulletin.title,
        "summary": "\n".join(summary(bulletin)),
    }


def lists(bulletin: Bulletin) -> dict[str, list[dict[str, str]]]:
    """The rows of its sheet's tables: each group's ranking, and how each serial used them."""
    rows = {group.value: [_row(usage) for usage in usages] for group, usages in bulletin.groups}
    return {
        **rows,
        "serials": [{"code": code, "name": name} for code, name in bulletin.serials],
        "usage": [
            _row(usage)
            | {code: _count(usage.by_serial.get(code, 0)) for code, _name in bulletin.serials}
            for usage in bulletin.usages
        ],
    }


def _row(usage: Usage) -> dict[str, str]:
    one = usage.standing
    return {
        "rank": str(one.rank),
        "group": one.unit.group.source_word,
        "unit": one.unit.name,
        "short": one.unit.short_name,
        "submitted": _count(one.submitted),
        "adopted": _count(one.adopted),
        "rate": one.adoption_rate,
        "adopted_up": _count(one.adopted_up),
        "instructed": _count(one.instructed),
        "points": points(one.points),
        "year_points": points(usage.year_points),
    }


def text(bulletin: Bulletin) -> str:
    """The same as the Markdown of an item, for an issue that is numbered and signed."""
    parts = [*summary(bulletin), "## 一、得分排名"]
    for mark, (group, usages) in zip("一二", bulletin.groups, strict=True):
        rows = [_row(usage) for usage in usages]
        parts += [
            f"### （{mark}）{group.source_word}得分排名",
            _table(
                ("名次", "单位", "报送", "采用", "采用率", "批示", "得分", "今年累计"),
                [
                    [row[name] for name in ("rank", "short", "submitted", "adopted", "rate",
                                            "instructed", "points", "year_points")]
                    for row in rows
                ],
            ),
        ]  # fmt: skip
    parts += ["## 二、采用情况", "各单位信息被各刊物采用的情况见下页表。"]
    used = lists(bulletin)["usage"]
    names = [name for _code, name in bulletin.serials]
    parts.append(
        _table(
            ("组别", "名次", "单位", "报送", *(f"《{name}》" for name in names), "采用合计",
             "采用率", "上级采用", "批示", "得分", "今年累计"),
            [
                [row["group"], row["rank"], row["unit"], row["submitted"],
                 *(row[code] for code, _name in bulletin.serials),
                 row["adopted"], row["rate"], row["adopted_up"], row["instructed"], row["points"],
                 row["year_points"]]
                for row in used
            ],
        )
    )  # fmt: skip
    parts += ["## 三、有关说明", NOTES]
    return "\n\n".join(parts)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_plain, line)) + " |" for line in lines)


def _plain(cell: str) -> str:
    """A name without what Markdown would read as a border or a mark."""
    return cell.replace("|", "｜").replace("*", "＊").replace("_", "＿") or "　"


def _count(number: int) -> str:
    return str(number) if number else ""


def points(number: float) -> str:
    """Points as they are printed: 12, 9.5, 3.33."""
    return f"{number:g}"
