"""In this file we read what officers and units type about a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from publisher.fields import CheckboxesField, RadioField, SelectField, SelectMultipleField
from publisher.followups.model import LimitClass, ReportStage
from publisher.formkeys import KeyedForm
from publisher.instructions.model import Instruction
from publisher.language import shown_day
from publisher.people.model import Person
from publisher.words import N_

LEADERS = "leader"
"""Chosen where the limit is the one the leader named."""
YEARS = range(2000, 2101)
"""The years the calendar knows."""


class CaseForm(FlaskForm):  # type: ignore[misc]
    """What is to be done, by whom, in how many working days."""

    matter = StringField(
        _l("督查事项"),
        validators=[DataRequired(_l("请填写督查事项。")), Length(max=300)],
    )
    demand = TextAreaField(_l("办理要求"), validators=[Length(max=4000)])
    lead = SelectField(_l("主办单位"), validators=[InputRequired(_l("请选择主办单位。"))])
    supports = SelectMultipleField(_l("协办单位"))
    limit_class = SelectField(_l("办理时限"), default="")
    limit_days = IntegerField(
        _l("另定时限（工作日）"),
        description=_l("不按类别时填写"),
        validators=[
            Optional(),
            NumberRange(1, 365, _l("办理时限应在1至365个工作日之间。")),
        ],
    )

    limit_reason = TextAreaField(
        _l("不按批示期限的理由"), validators=[Length(max=500)], description=_l("记入办理记录")
    )

    def offer(self, units: list[tuple[str, str]], limits: Sequence[LimitClass]) -> None:
        """Fill the lists of units and of classes of limits."""
        self.lead.choices = [("", _l("请选择")), *units]
        self.supports.choices = units
        self.limits = {str(one.id): one.days for one in limits}
        self.limit_class.choices = [
            *((str(one.id), _of_class(one)) for one in limits),
            ("", _l("另定")),
        ]

    def offer_leaders(self, due_on: date, days: int) -> None:
        """Put the limit that the leader named before the classes."""
        word = ngettext(
            "按批示：%(day)s前（自今天起%(n)s个工作日）",
            "按批示：%(day)s前（自今天起%(n)s个工作日）",
            days,
            day=shown_day(due_on),
            n=days,
        )
        self.limit_class.choices = [
            (LEADERS, word),
            *((one.value, one.label) for one in self.limit_class.choices),
        ]

    def validate_limit_class(self, field: SelectField) -> None:
        """A limit is either that of a class or one of its own.

        Asked here, because an optional field left empty asks nothing more of itself.
        """
        typed = any(str(one).strip() for one in self.limit_days.raw_data or ())
        if not field.data and not typed:
            raise ValidationError(_("请选择办理时限，或者另定工作日数。"))

    @property
    def days(self) -> int | None:
        """The limit in working days; a number that was typed before that of a class.

        None for the limit the leader named.
        """
        if self.limit_days.data:
            return int(self.limit_days.data)
        return None if self.limit_class.data == LEADERS else self.limits[self.limit_class.data]


class PrintAgainForm(FlaskForm):  # type: ignore[misc]
    """Which instructions go with a result that is sent in for a later issue."""

    quoted = CheckboxesField(
        _l("随文刊印的批示"), description=_l("勾选的批示连同编号、日期送编辑，编辑可以再取舍")
    )

    def offer(self, instructions: list[Instruction], chosen: list[int]) -> None:
        """Fill the list; those of the case itself are ticked to begin with."""
        self.quoted.choices = [
            (
                str(one.id),
                f"{one.leader_post}{one.leader_name}：{one.text}（{one.number_text}）",
            )
            for one in instructions
        ]
        if not self.is_submitted():
            self.quoted.data = [str(number) for number in chosen]


COMPLEX = N_("复杂")
"""The one class an office begins with that is no word of another room."""


def _of_class(one: LimitClass) -> str:
    days = ngettext("%(n)s个工作日", "%(n)s个工作日", one.days, n=one.days)
    return str(_("%(name)s（%(days)s）", name=_(one.name), days=days))


class AcknowledgeForm(FlaskForm):  # type: ignore[misc]
    """Who handles the case in the unit."""

    handler = StringField(
        _l("承办人"), validators=[DataRequired(_l("请填写承办人。")), Length(max=60)]
    )
    phone = StringField(
        _l("联系电话"), validators=[DataRequired(_l("请填写联系电话。")), Length(max=40)]
    )


class ReportForm(KeyedForm):
    """A report in the standard's three parts."""

    stage = RadioField(_l("报送阶段"), validators=[InputRequired(_l("请选择报送阶段。"))])
    course = TextAreaField(
        _l("一、落实过程"),
        description=_l("含协办单位配合情况"),
        validators=[DataRequired(_l("请填写落实过程。")), Length(max=20000)],
    )
    situation = TextAreaField(_l("二、基本情况"), validators=[Length(max=20000)])
    proposals = TextAreaField(_l("三、意见和建议"), validators=[Length(max=20000)])
    signer = StringField(
        _l("签发人"), validators=[DataRequired(_l("请填写签发人。")), Length(max=60)]
    )
    files = MultipleFileField(_l("盖章件扫描及附件"))

    def offer(self, *, may_be_final: bool) -> None:
        """Offer the stages the unit may report."""
        self.stage.choices = [
            (stage.value, stage.word)
            for stage in ReportStage
            if may_be_final or stage == ReportStage.INTERIM
        ]


class ReviewForm(FlaskForm):  # type: ignore[misc]
    """The six checks of closing (domain.md 4.1, step 17) and the result in a few lines."""

    facts = BooleanField(_l("事实是否清楚"))
    solved = BooleanField(_l("问题是否解决"))
    carried_out = BooleanField(_l("批示要求是否落实"))
    conclusion = BooleanField(_l("结论是否正确"))
    lawful = BooleanField(_l("措施是否合法合规"))
    form_right = BooleanField(_l("报告格式是否规范"))
    result = TextAreaField(_l("办理结果摘要"), validators=[Length(max=2000)])
    remark = StringField(_l("审核备注"), validators=[Length(max=300)])

    CHECKS = ("facts", "solved", "carried_out", "conclusion", "lawful", "form_right")

    def all_checked(self) -> bool:
        """Whether every one of the six checks was ticked."""
        return all(self[name].data for name in self.CHECKS)


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """A reason in a few sentences."""

    reason = TextAreaField(
        _l("理由"), validators=[DataRequired(_l("请写明理由。")), Length(max=2000)]
    )


class ExtensionForm(FlaskForm):  # type: ignore[misc]
    """Why more time is wanted, how far it is, until when."""

    reason = TextAreaField(
        _l("延期理由"), validators=[DataRequired(_l("请写明延期理由。")), Length(max=2000)]
    )
    progress = TextAreaField(_l("目前进展"), validators=[Length(max=2000)])
    new_due_on = DateField(_l("申请延至"), validators=[InputRequired(_l("请选择申请延至的日期。"))])


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """Yes or no to more time."""

    granted = RadioField(
        _l("答复"),
        choices=[("yes", _l("同意延期")), ("no", _l("不同意延期"))],
        validators=[InputRequired(_l("请选择答复。"))],
    )
    answer = TextAreaField(_l("说明"), validators=[Length(max=1000)])


class ChaseForm(FlaskForm):  # type: ignore[misc]
    """How a unit is chased."""

    text = TextAreaField(
        _l("催办内容"), validators=[DataRequired(_l("请填写催办内容。")), Length(max=2000)]
    )
    means = SelectField(
        _l("方式"),
        choices=[
            (N_("系统"), _l("系统提醒")),
            (N_("电话"), _l("电话")),
            (N_("书面"), _l("书面通知")),
        ],
    )


class TransferForm(FlaskForm):  # type: ignore[misc]
    """To which unit a part goes, and why."""

    to_unit = SelectField(_l("转给"), validators=[InputRequired(_l("请选择接收单位。"))])
    reason = TextAreaField(
        _l("转办理由"), validators=[DataRequired(_l("请写明转办的理由。")), Length(max=2000)]
    )

    def offer(self, units: list[tuple[str, str]]) -> None:
        """Fill the list of units."""
        self.to_unit.choices = [("", _l("请选择")), *units]


class OfferForm(TransferForm):
    """The office hands a unit's part on, with what that unit said."""

    task = SelectField(_l("移出单位"), validators=[InputRequired(_l("请选择移出单位。"))])
    consent = TextAreaField(
        _l("移出单位意见"),
        description=_l("何人、何时、怎样答复；单位已撤销的不填"),
        validators=[Length(max=2000)],
    )

    def offer_parts(self, parts: list[tuple[str, str]]) -> None:
        """Fill the list of the units that have a part now."""
        self.task.choices = parts


class TakeOverForm(FlaskForm):  # type: ignore[misc]
    """What the receiving unit says."""

    answer = TextAreaField(_l("意见"), validators=[Length(max=2000)])


class CloseForm(FlaskForm):  # type: ignore[misc]
    """Closing, with the day of looking back if one is meant."""

    look_back_on = DateField(_l("回访日期"), validators=[Optional()])


class LookBackForm(FlaskForm):  # type: ignore[misc]
    """What was found on looking back."""

    means = SelectField(
        _l("回访方式"),
        choices=[
            (N_("实地"), _l("实地查看")),
            (N_("电话"), _l("电话")),
            (N_("座谈"), _l("座谈走访")),
            (N_("书面"), _l("书面通知")),
        ],
    )
    findings = TextAreaField(
        _l("回访情况"), validators=[DataRequired(_l("请填写回访情况。")), Length(max=4000)]
    )
    has_held = RadioField(
        _l("办理成效"),
        choices=[("yes", _l("保持良好")), ("no", _l("有反复，需继续督办"))],
        validators=[InputRequired(_l("请选择办理成效是否保持。"))],
    )
    next_on = DateField(_l("下次回访日期"), validators=[Optional()])


class LimitClassForm(FlaskForm):  # type: ignore[misc]
    """A class of limits, for everybody's instructions or one leader's."""

    name = StringField(
        _l("类别"), validators=[DataRequired(_l("请填写类别名称。")), Length(max=40)]
    )
    days = IntegerField(
        _l("工作日数"),
        validators=[
            InputRequired(_l("请填写工作日数。")),
            NumberRange(1, 365, _l("办理时限应在1至365个工作日之间。")),
        ],
    )
    leader = SelectField(_l("适用"), default="")

    def offer(self, leaders: list[tuple[str, str]]) -> None:
        """Fill the list of leaders."""
        self.leader.choices = [("", _l("所有领导的批示")), *leaders]


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """The director's word on a proposal."""

    agreed = RadioField(
        _l("审定意见"),
        choices=[("yes", _l("同意")), ("no", _l("退回再拟"))],
        validators=[InputRequired(_l("请选择审定意见。"))],
    )
    answer = TextAreaField(_l("说明"), validators=[Length(max=1000)])


class SuccessorForm(FlaskForm):  # type: ignore[misc]
    """Who is to act on an instruction for named people."""

    officer = SelectField(_l("经办人"), validators=[InputRequired(_l("请选择经办人。"))])
    reason = TextAreaField(
        _l("依据"), description=_l("经谁同意，为什么交给他"), validators=[Length(max=500)]
    )

    def offer(self, officers: Sequence[Person]) -> None:
        """Fill the list of officers."""
        self.officer.choices = [
            ("", _l("请选择")),
            *((str(one.id), f"{one.name}　{one.post}".strip()) for one in officers),
        ]


class NoteForm(FlaskForm):  # type: ignore[misc]
    """Why an instruction opens no case."""

    remark = StringField(_l("说明"), validators=[Length(max=300)])


class CalendarForm(FlaskForm):  # type: ignore[misc]
    """One day that is not what its weekday says."""

    day = DateField(_l("日期"), validators=[InputRequired(_l("请选择日期。"))])
    is_working = RadioField(
        _l("当天"),
        choices=[("no", _l("放假")), ("yes", _l("上班"))],
        validators=[InputRequired(_l("请选择当天是放假还是上班。"))],
    )
    name = StringField(_l("名称"), validators=[Length(max=60)])

    def validate_day(self, field: DateField) -> None:
        """Refuse a day of a year the calendar does not show."""
        if field.data is not None and field.data.year not in YEARS:
            raise ValidationError(_("请选择2000年至2100年之间的日期。"))
