"""In this file we read what the desk types when it asks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from publisher.calls.model import CallKind
from publisher.fields import SelectField, SelectMultipleField


class CallForm(FlaskForm):  # type: ignore[misc]
    """What is wanted, from whom, by when."""

    kind = SelectField(_l("类型"), validators=[InputRequired(_l("请选择类型。"))])
    title = StringField(_l("主题"), validators=[DataRequired(_l("请填写主题。")), Length(max=200)])
    text = TextAreaField(
        _l("要求"),
        description=_l("写明内容、体裁、字数和联系人"),
        validators=[DataRequired(_l("请写明要求。")), Length(max=10000)],
    )
    due_on = DateField(_l("截止日期"), validators=[InputRequired(_l("请选择截止日期。"))])
    units = SelectMultipleField(_l("约稿单位"))

    def offer(self, units: list[tuple[str, str]]) -> None:
        """Fill the lists."""
        self.kind.choices = [(kind.value, kind.word) for kind in CallKind]
        self.units.choices = units
