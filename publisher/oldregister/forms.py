"""In this file we read a workbook, and what is said of its columns and its head."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict

from publisher.oldregister.columns import Column

MOST_COLUMNS = 60


class TakeInForm(FlaskForm):  # type: ignore[misc]
    """A workbook."""

    file = FileField(
        _l("旧台账"),
        description=_l("Excel 工作簿（.xlsx）或 CSV，一次一个，最多20000行"),
        validators=[FileRequired(_l("请选择文件。"))],
    )


def read_columns(typed: MultiDict[str, str]) -> dict[int, Column]:
    """What was chosen for each column, by its place."""
    known = {one.value for one in Column}
    found = {}
    for place in range(MOST_COLUMNS):
        value = typed.get(f"column-{place}", "")
        if value in known:
            found[place] = Column(value)
    return found
