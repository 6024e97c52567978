"""In this file the head of an old register is found, and what each of its columns says.

Registers have a title above the head, and heads of one line or of two with merged cells.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from publisher.oldregister.workbook import MOST_COLUMNS, Sheet, Unreadable
from publisher.words import N_, Worded

LOOKED_AT = 30
"""The head is looked for in so many rows."""
MOST_TOUCHED = 300_000
LEAST = 2
"""So many columns at least have to be known for a row to be a head."""


class Column(Worded):
    """What a column of a register says."""

    NUMBER = "number", N_("批示编号")
    DATE = "date", N_("批示时间")
    LEADER = "leader", N_("批示领导")
    POST = "post", N_("领导职务")
    TEXT = "text", N_("批示内容")
    CARRIER = "carrier", N_("刊物期号")
    TITLE = "title", N_("文件标题")
    DISPOSITION = "disposition", N_("类别")
    PROPOSAL = "proposal", N_("拟办意见")
    LEAD = "lead", N_("承办（主办）单位")
    SUPPORTS = "supports", N_("协办单位")
    OPENED = "opened", N_("交办时间")
    LIMIT = "limit", N_("办理时限")
    STATE = "state", N_("办理状态")
    RESULT = "result", N_("办理情况")
    CLOSED = "closed", N_("办结时间")
    SECRECY = "secrecy", N_("密级")
    REMARK = "remark", N_("备注")


NEEDED = (Column.TEXT,)
"""Without these nothing can be taken over."""

WORDS: tuple[tuple[Column, str], ...] = (
    (Column.SECRECY, r"密级|秘级"),
    (Column.CLOSED, r"(办结|办毕|完成|销号|办复|反馈|回复)(时间|日期)"),
    (Column.OPENED, r"(交办|转办|立项|分办|下发)(时间|日期)"),
    (Column.LIMIT, r"时限|期限|限办|办理要求时间|要求.*时间|截止|限定|办复要求"),
    (Column.SUPPORTS, r"协办|配合"),
    (Column.LEAD, r"承办|主办|牵头|责任单位|责任部门|办理单位|办理部门|落实单位|处室"),
    (Column.PROPOSAL, r"拟办"),
    (Column.STATE, r"状态|是否办结|是否完成|办结情况|完成与否|进度$"),
    (Column.RESULT, r"办理情况|办理结果|落实情况|进展|结果|反馈情况|办理摘要"),
    (Column.TEXT, r"批示(内容|原文|意见|全文|事项|要求)|签批意见|批示$|领导意见|督查内容"),
    (Column.POST, r"职务|职级"),
    (Column.LEADER, r"领导|批示人|签批人"),
    (Column.DATE, r"(批示|签批|批阅|登记|收文|来文)?(时间|日期)|年月日"),
    (Column.CARRIER, r"刊物|期号|载体|来文字号|文号|来源|期数|刊名|信息期"),
    (Column.TITLE, r"标题|题目|文件名|来文|事由|事项|材料名|件名"),
    (Column.NUMBER, r"(批示|登记|收文|办文|台账)?(编号|文编号|号)$|^序号$"),
    (Column.DISPOSITION, r"类别|类型|批示种类|性质"),
    (Column.REMARK, r"备注|说明|去向|归档"),
)
"""Words by which a column is told, the more particular first."""


@dataclass(frozen=True)
class Head:
    """Where the head of a sheet stands and what its columns are called."""

    row: int
    lines: int
    headings: tuple[str, ...]

    @property
    def last_row(self) -> int:
        """The last row of the head."""
        return self.row + self.lines - 1

    @property
    def key(self) -> str:
        """The same for every file with the same headings in the same order."""
        return hashlib.sha256("\n".join(self.headings).encode()).hexdigest()


def guess(heading: str) -> Column | None:
    """What a heading speaks of."""
    plain = re.sub(r"[\s　（）()：:、/]+", "", heading)
    if not plain or len(plain) > 30:
        return None
    for column, words in WORDS:
        if re.search(words, plain):
            return column
    return None


def guesses(headings: Sequence[str]) -> dict[int, Column]:
    """What each column is, counted from 0; a column is given to the first that names it.

    A running number (序号) is the register's number only where nothing else is.
    """
    found: dict[int, Column] = {}
    for place, heading in enumerate(headings):
        column = guess(heading)
        if column is not None and column not in found.values() and heading.strip() != "序号":
            found[place] = column
    if Column.TEXT not in found.values():
        said = [place for place, one in found.items() if one == Column.TITLE]
        if said and Column.LEADER in found.values() and "批示" in headings[said[0]]:
            found[said[0]] = Column.TEXT
    return found


def find_head(sheet: Sheet) -> Head | None:
    """The head of a sheet; none where no row looks like one."""
    best: tuple[int, Head] | None = None
    rows = dict(sheet.rows)
    for number in [one for one, _cells in sheet.rows][:LOOKED_AT]:
        for lines in (1, 2):
            head = head_at(sheet, number, lines, rows)
            if head is None:
                continue
            known = len(guesses(head.headings))
            if known >= LEAST and (best is None or known > best[0]):
                best = (known, head)
    return best[1] if best is not None else None


def head_at(
    sheet: Sheet, number: int, lines: int, rows: Mapping[int, list[str]] | None = None
) -> Head | None:
    """The head that stands in a row, or in that and the next; none where nothing stands there."""
    rows = rows if rows is not None else dict(sheet.rows)
    first = spread(sheet, number, rows.get(number, []), down=False)
    if not any(first):
        return None
    if lines == 1:
        return Head(number, 1, tuple(_plain(one) for one in first))
    second = spread(sheet, number + 1, rows.get(number + 1, []), down=False)
    if not any(second) or not any(one[0] <= number <= one[2] for one in sheet.merges):
        return None
    width = max(len(first), len(second))
    upper, lower = (row + [""] * (width - len(row)) for row in (first, second))
    joined = [
        above if not below or below == above else (below if not above else f"{above}{below}")
        for above, below in zip(upper, lower, strict=True)
    ]
    # The second line of a head is short words; a first row of the register is not.
    if any(len(one) > 15 or re.search(r"\d{4}", one) for one in second):
        return None
    return Head(number, 2, tuple(_plain(one) for one in joined))


def spread(
    sheet: Sheet,
    number: int,
    cells: Sequence[str],
    *,
    down: bool,
    merged: Mapping[int, list[tuple[int, int, int, int]]] | None = None,
    rows: Mapping[int, list[str]] | None = None,
) -> list[str]:
    """A row whose merged cells all hold what the first of them holds, across, and down as well.

    `merged` and `rows` are what `by_row` and the sheet say, for whoever asks for many rows.
    """
    full = list(cells)
    merged = merged if merged is not None else by_row(sheet)
    rows = rows if rows is not None else dict(sheet.rows)
    for top, left, _bottom, right in merged.get(number, ()):
        if number > top and not down:
            continue
        first = rows.get(top, []) if number > top else full
        value = first[left - 1] if left <= len(first) else ""
        if not value:
            continue
        full += [""] * (right - len(full))
        full[left - 1 : right] = [value] * (right - left + 1)
    return full


def by_row(sheet: Sheet) -> dict[int, list[tuple[int, int, int, int]]]:
    """The merged cells that touch each row that holds something; raises `Unreadable` for masses."""
    numbers = [number for number, _cells in sheet.rows]
    found: dict[int, list[tuple[int, int, int, int]]] = {}
    touched = 0
    for merge in sheet.merges:
        top, left, bottom, right = merge
        for number in numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]:
            found.setdefault(number, []).append((top, left, bottom, min(right, MOST_COLUMNS)))
            touched += 1
            if touched > MOST_TOUCHED:
                raise Unreadable("表格里合并的单元格过多，请取消合并后再导入。")
    return found


def _plain(heading: str) -> str:
    return re.sub(r"\s+", "", heading)[:60]
