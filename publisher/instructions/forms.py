"""In this file we read what a leader, or a secretary for the leader, writes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from publisher.fields import CheckboxesField, RadioField, SelectField
from publisher.formkeys import KeyedForm
from publisher.instructions.model import ADOPTION_LEVELS, Disposition
from publisher.people.model import Level, Person, Rank, Unit

BY_ROLE, NAMED = "role", "named"


class InstructionForm(KeyedForm):
    """The exact words, what they ask for, and what they stand on."""

    block = HiddenField()
    start = HiddenField()
    quote = HiddenField(validators=[Length(max=5000)])
    prefix = HiddenField()
    suffix = HiddenField()
    about = HiddenField(validators=[Length(max=80)])
    ink = HiddenField()
    leader = SelectField(_l("批示领导"), validators=[InputRequired(_l("请选择批示领导。"))])
    text = TextAreaField(
        _l("批示内容"),
        description=_l("按原话录入"),
        validators=[Length(max=5000)],
    )
    disposition = RadioField(_l("类别"), validators=[InputRequired(_l("请选择类别。"))])
    item = SelectField(_l("批在"), default="")
    written_on = DateField(_l("批示日期"), validators=[InputRequired(_l("请选择批示日期。"))])
    units = CheckboxesField(_l("交给哪些单位"))
    others = StringField(
        _l("交给其他单位或个人"),
        description=_l("本系统以外的单位、个人，用顿号隔开"),
        validators=[Length(max=400)],
    )
    limit_on = DateField(_l("办理期限"), validators=[Optional()])
    limit_days = IntegerField(
        _l("或者几个工作日内"),
        description=_l("自批示之日起"),
        validators=[Optional(), NumberRange(1, 365, _l("办理期限应在1至365个工作日之间。"))],
    )
    known_to = RadioField(
        _l("知悉范围"),
        choices=[
            (BY_ROLE, _l("办公室按职责知悉")),
            (NAMED, _l("仅下列人员知悉，其他人看不到这件批示")),
        ],
        default=BY_ROLE,
    )
    only_for = CheckboxesField(_l("指定知悉人员"))
    not_printed = BooleanField(_l("不得在刊物上刊印"))
    files = MultipleFileField(_l("批示原件扫描"))

    def offer(
        self,
        leaders: list[tuple[str, str]],
        items: list[tuple[str, str]],
        units: list[Unit],
        named: list[Person],
    ) -> None:
        """Fill the lists."""
        self.leader.choices = leaders
        self.units.choices = [(str(one.id), one.name) for one in units]
        self.only_for.choices = [(str(one.id), f"{one.name}　{one.post}") for one in named]
        self.item.choices = [("", _l("整期")), *items]
        self.disposition.choices = [(one.value, one.word) for one in Disposition]


class AdoptionForm(KeyedForm):
    """Where a higher office printed an item of ours."""

    item = SelectField(_l("被采用的稿件"), default="")
    title = StringField(
        _l("上级刊出的标题"),
        description=_l("与原稿标题相同的可以不填"),
        validators=[Length(max=300)],
    )
    office = StringField(
        _l("采用机关"),
        description=_l("如：省政府办公厅"),
        validators=[DataRequired(_l("请填写采用机关。")), Length(max=120)],
    )
    level = SelectField(
        _l("采用级别"),
        description=_l("部门的刊物按部门所属的级别填"),
        validators=[DataRequired(_l("请选择采用级别。"))],
    )
    publication = StringField(
        _l("上级刊物"), description=_l("如：专报信息"), validators=[Length(max=120)]
    )
    number = StringField(
        _l("刊物期号"), description=_l("如：2026年第88期"), validators=[Length(max=60)]
    )
    dated_on = DateField(_l("刊出日期"), validators=[Optional()])

    def offer(self, items: list[tuple[str, str]]) -> None:
        """Fill the lists of levels and items."""
        self.level.choices = [
            ("", _l("请选择")),
            *((one.value, one.word) for one in ADOPTION_LEVELS),
        ]
        self.item.choices = [("", _l("不是本办刊发过的稿件")), *items]


class AdoptionLevelForm(FlaskForm):  # type: ignore[misc]
    """Of which level the office is, noted later or put right."""

    level = SelectField(
        _l("采用级别"),
        choices=lambda: [(one.value, one.word) for one in ADOPTION_LEVELS],
        validators=[InputRequired(_l("请选择采用级别。"))],
    )


class HigherForm(KeyedForm):
    """What a leader of a higher office wrote, entered from the paper."""

    leader_name = StringField(
        _l("批示领导"), validators=[DataRequired(_l("请填写批示领导的姓名。")), Length(max=60)]
    )
    leader_post = StringField(
        _l("职务"),
        description=_l("如：副省长"),
        validators=[DataRequired(_l("请填写领导的职务。")), Length(max=80)],
    )
    level = SelectField(_l("级别"), validators=[InputRequired(_l("请选择级别。"))])
    rank = SelectField(_l("正职或副职"), default="")
    text = TextAreaField(
        _l("批示内容"),
        description=_l("按原话录入"),
        validators=[DataRequired(_l("请填写批示内容。")), Length(max=5000)],
    )
    disposition = RadioField(_l("类别"), validators=[InputRequired(_l("请选择类别。"))])
    written_on = DateField(_l("批示日期"), validators=[InputRequired(_l("请选择批示日期。"))])
    limit_on = DateField(_l("办理期限"), validators=[Optional()])
    limit_days = IntegerField(
        _l("或者几个工作日内"),
        description=_l("自批示之日起"),
        validators=[Optional(), NumberRange(1, 365, _l("办理期限应在1至365个工作日之间。"))],
    )
    others = StringField(
        _l("交给哪些单位"),
        description=_l("批示里点到的单位、个人，用顿号隔开"),
        validators=[Length(max=400)],
    )
    files = MultipleFileField(_l("批示件扫描"))

    def offer(self) -> None:
        """Fill the lists of levels, ranks and kinds."""
        self.level.choices = [(one.value, one.word) for one in Level]
        self.rank.choices = [("", _l("未填")), *((one.value, one.word) for one in Rank)]
        self.disposition.choices = [(one.value, one.word) for one in Disposition]


class RegisterForm(FlaskForm):  # type: ignore[misc]
    """What the office proposes to do."""

    proposal = TextAreaField(_l("拟办意见"), validators=[Length(max=2000)])


class CopyForm(FlaskForm):  # type: ignore[misc]
    """What a leader's hand says, typed."""

    text = TextAreaField(
        _l("抄清文字"),
        description=_l("照原件逐字录入，包括标点"),
        validators=[DataRequired(_l("请填写抄清的文字。")), Length(max=5000)],
    )


class CheckForm(FlaskForm):  # type: ignore[misc]
    """What a checker finds wrong in a fair copy."""

    remark = TextAreaField(_l("不符之处"), validators=[Length(max=500)])


class ContestForm(FlaskForm):  # type: ignore[misc]
    """What a leader says is wrong with an entry in his name."""

    reason = TextAreaField(
        _l("哪里不对"), validators=[DataRequired(_l("请写明哪里不对。")), Length(max=1000)]
    )


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """The office's answer to a leader who contests an entry."""

    upheld = RadioField(
        _l("处理"),
        choices=[("no", _l("录入无误，维持")), ("yes", _l("录入有误，作废重录"))],
        validators=[InputRequired(_l("请选择怎样处理。"))],
    )
    answer = TextAreaField(
        _l("答复"), validators=[DataRequired(_l("请填写答复。")), Length(max=1000)]
    )


class PhraseForm(FlaskForm):  # type: ignore[misc]
    """Words a leader uses often."""

    text = StringField(
        _l("常用语"), validators=[DataRequired(_l("请填写常用语。")), Length(max=60)]
    )


class SheetPhotoForm(FlaskForm):  # type: ignore[misc]
    """The photo of a paper sheet."""

    photo = FileField(_l("单据照片"), validators=[FileRequired(_l("请选择照片。"))])
