"""In this file we read a scoring rule."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, FloatField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import NumberInput

from publisher.fields import SelectField
from publisher.scores.model import Event, MergeRule


class RuleForm(FlaskForm):  # type: ignore[misc]
    """What an event is worth from a day on."""

    event = SelectField(
        _l("事项"),
        choices=lambda: [(event.value, event.word) for event in Event if event != Event.SOLICITED],
        validators=[InputRequired()],
    )
    subject = SelectField(_l("刊物或级别"), validators=[InputRequired()])
    points = FloatField(
        _l("分值"),
        widget=NumberInput(step="any"),
        validators=[InputRequired(_l("请填写分值。")), NumberRange(-1000, 1000)],
    )
    merge = SelectField(
        _l("并稿计分"), choices=lambda: [(rule.value, rule.word) for rule in MergeRule]
    )
    effective_from = DateField(_l("生效日期"), validators=[InputRequired(_l("请选择生效日期。"))])
