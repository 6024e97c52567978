"""In this file we read what is typed about an issue."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from publisher.fields import SelectField
from publisher.formkeys import KeyedForm
from publisher.issues.model import Urgency
from publisher.serials.model import Series


class DayField(DateField):
    """A calendar day; what is none is refused in the reader's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read 2026-11-20."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("请填写刊发日期，如2026-11-20。")) from error


class IssueForm(KeyedForm):
    """What is known of an issue before anything stands in it."""

    serial = SelectField(_l("刊物"), coerce=int, validators=[InputRequired(_l("请选择刊物。"))])
    series = SelectField(_l("正刊或增刊"), default=Series.MAIN.value)
    dated_on = DayField(
        _l("刊发日期"),
        description=_l("印在刊头上，期号按这一天所在的年份编。"),
        validators=[InputRequired(_l("请填写刊发日期，如2026-11-20。"))],
    )
    urgency = SelectField(_l("紧急程度"), default=Urgency.NORMAL.value)
    extra_recipients = StringField(
        _l("本期增发"), validators=[Length(max=500, message=_l("不超过500字。"))]
    )

    def offer(self, serials: list[tuple[int, str]]) -> None:
        """Fill the lists to choose from."""
        self.serial.choices = serials
        self.series.choices = [(one.value, one.word) for one in Series]
        self.urgency.choices = [(one.value, one.word) for one in Urgency]


class DetailsForm(FlaskForm):  # type: ignore[misc]
    """What may still change while an issue is arranged."""

    dated_on = DayField(
        _l("刊发日期"), validators=[InputRequired(_l("请填写刊发日期，如2026-11-20。"))]
    )
    urgency = SelectField(_l("紧急程度"))
    extra_recipients = StringField(
        _l("本期增发"), validators=[Length(max=500, message=_l("不超过500字。"))]
    )
    editor_note = TextAreaField(
        _l("编者按"), validators=[Length(max=5000, message=_l("编者按不超过5000字。"))]
    )

    def offer(self) -> None:
        """Fill the list to choose from."""
        self.urgency.choices = [(one.value, one.word) for one in Urgency]


class ArticleForm(FlaskForm):  # type: ignore[misc]
    """One article of an issue in work; `version` is the item's that the editor saw."""

    version = HiddenField()
    title = StringField(
        _l("标题"),
        validators=[
            DataRequired(_l("请填写标题。")),
            Length(max=200, message=_l("标题不超过200字。")),
        ],
    )
    body = TextAreaField(_l("正文"), validators=[DataRequired(_l("正文不能为空。"))])
    source_line = StringField(
        _l("供稿"), validators=[Length(max=200, message=_l("供稿不超过200字。"))]
    )


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why an issue is given up."""

    reason = TextAreaField(
        _l("原因"),
        validators=[
            DataRequired(_l("请写明原因。")),
            Length(max=1000, message=_l("原因不超过1000字。")),
        ],
    )
