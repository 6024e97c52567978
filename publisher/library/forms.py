"""In this file we read what a reader writes on a passage."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length


class AnnotationForm(FlaskForm):  # type: ignore[misc]
    """A remark and the passage it stands on."""

    block = HiddenField()
    start = HiddenField()
    quote = HiddenField()
    prefix = HiddenField()
    suffix = HiddenField()
    body = TextAreaField(
        _l("批注"), validators=[DataRequired(_l("请填写批注。")), Length(max=4000)]
    )
    released = BooleanField(_l("本期读者可见"), description=_l("不勾选则仅本人可见"))
