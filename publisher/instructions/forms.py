"""In this file we read what a leader, or a secretary for the leader, writes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import DateField, HiddenField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from publisher.fields import RadioField, SelectField
from publisher.formkeys import KeyedForm
from publisher.instructions.model import Disposition


class InstructionForm(KeyedForm):
    """The exact words, what they ask for, and what they stand on."""

    block = HiddenField()
    quote = HiddenField(validators=[Length(max=5000)])
    leader = SelectField(_l("批示领导"), validators=[InputRequired(_l("请选择批示领导。"))])
    text = TextAreaField(
        _l("批示内容"),
        description=_l("按原话录入"),
        validators=[DataRequired(_l("请填写批示内容。")), Length(max=5000)],
    )
    disposition = RadioField(_l("类别"), validators=[InputRequired(_l("请选择类别。"))])
    item = SelectField(_l("批在"), default="")
    written_on = DateField(_l("批示日期"), validators=[InputRequired(_l("请选择批示日期。"))])
    files = MultipleFileField(_l("批示原件扫描"))

    def offer(self, leaders: list[tuple[str, str]], items: list[tuple[str, str]]) -> None:
        """Fill the lists."""
        self.leader.choices = leaders
        self.item.choices = [("", _l("整期")), *items]
        self.disposition.choices = [(one.value, one.word) for one in Disposition]


class RegisterForm(FlaskForm):  # type: ignore[misc]
    """What the office proposes to do."""

    proposal = TextAreaField(_l("拟办意见"), validators=[Length(max=2000)])
