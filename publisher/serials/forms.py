"""In this file we read what an administrator types about a serial."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from publisher.errors import InputRefused
from publisher.fields import SelectField, SelectMultipleField
from publisher.people.permission import Role
from publisher.serials.model import SerialKind

ROLE_WORDS = {role.source_word: role for role in Role}
LONGEST_STEP = 40


class SerialForm(FlaskForm):  # type: ignore[misc]
    """Everything of a serial; routes are typed a line a step: 核稿：核稿人."""

    code = StringField(
        _l("代码"),
        description=_l("用于文件名和档案编号，建立后不再更改"),
        validators=[
            InputRequired(_l("请填写代码。")),
            Regexp(r"^[a-z0-9]{2,20}\Z", message=_l("代码用2至20个小写字母或数字。")),
        ],
    )
    name = StringField(_l("刊名"), validators=[DataRequired(_l("请填写刊名。")), Length(max=60)])
    kind = SelectField(_l("刊型"), validators=[InputRequired(_l("请选择刊型。"))])
    layout = SelectField(_l("版式"), validators=[InputRequired(_l("请选择版式。"))])
    number_pattern = StringField(
        _l("期号样式"),
        default="第{number}期（总第{total}期）",
        description=_l("可用 {number} 期号、{total} 总期号、{year} 年份"),
        validators=[InputRequired(_l("请填写期号样式。")), Length(max=80)],
    )
    restarts_yearly = BooleanField(_l("期号每年重新编起"), default=True)
    last_number = IntegerField(
        _l("本年已出期数"), default=0, validators=[Optional(), NumberRange(0, 100000)]
    )
    last_total = IntegerField(
        _l("已出总期数"), default=0, validators=[Optional(), NumberRange(0, 1000000)]
    )
    issuing_office = StringField(
        _l("编印单位"), validators=[DataRequired(_l("请填写编印单位。")), Length(max=120)]
    )
    handling_note = StringField(_l("保管提示"), validators=[Length(max=60)])
    to_superior = TextAreaField(_l("报"), validators=[Length(max=2000)])
    to_peer = TextAreaField(_l("送"), validators=[Length(max=2000)])
    to_subordinate = TextAreaField(_l("发"), validators=[Length(max=2000)])
    phone = StringField(_l("电话"), validators=[Length(max=40)])
    print_run = IntegerField(_l("印数"), default=0, validators=[Optional(), NumberRange(0, 100000)])
    retention_years = SelectField(
        _l("保管期限"), coerce=int, choices=[(10, _l("10年")), (30, _l("30年")), (0, _l("永久"))]
    )
    position = IntegerField(_l("排序"), default=0, validators=[Optional(), NumberRange(0, 9999)])
    sections = TextAreaField(
        _l("栏目"),
        description=_l("一行一个，按先后顺序；每期都要有稿的，行末加“*”"),
        validators=[Length(max=2000)],
    )
    item_route = TextAreaField(
        _l("稿件审批流程"),
        description=_l("一行一步，如：核稿：核稿人"),
        default="核稿：核稿人",
        validators=[InputRequired(_l("请填写稿件审批流程。")), Length(max=1000)],
    )
    issue_route = TextAreaField(
        _l("刊期签发流程"),
        description=_l("一行一步，最后一步即签发"),
        default="核稿：核稿人\n签发：签发人",
        validators=[InputRequired(_l("请填写刊期签发流程。")), Length(max=1000)],
    )
    readers = SelectMultipleField(
        _l("读者"), validators=[InputRequired(_l("请至少选择一类读者。"))]
    )
    is_active = BooleanField(_l("在用"), default=True)

    def keep_code(self, code: str) -> None:
        """Show the code of a serial that has one; browsers do not send what may not be changed."""
        self.code.data, self.code.validators = code, ()

    def offer(self, layouts: list[tuple[str, str]]) -> None:
        """Fill the lists of kinds, layouts and readers."""
        self.kind.choices = [(kind.value, kind.word) for kind in SerialKind]
        self.layout.choices = layouts
        self.readers.choices = [
            ("staff", _l("全体用户")),
            *((f"role:{role.value}", role.word) for role in Role),
        ]


def read_route(text: str, field: str) -> list[tuple[str, Role]]:
    """The steps of a route typed line by line; raises `InputRefused` naming the line."""
    steps = []
    for number, line in enumerate(filter(None, (one.strip() for one in text.splitlines())), 1):
        name, colon, word = line.replace(":", "：").partition("：")
        role = ROLE_WORDS.get(word.strip())
        if not colon or not name.strip() or role is None:
            raise InputRefused(
                _(
                    "第%(n)s行“%(line)s”应写成“步骤：角色”，角色为%(roles)s之一。",
                    n=number,
                    line=line,
                    roles="、".join(ROLE_WORDS),
                ),
                field=field,
            )
        if len(name.strip()) > LONGEST_STEP:
            raise InputRefused(
                _("步骤“%(name)s”过长，最多%(n)s字。", name=name.strip(), n=LONGEST_STEP),
                field=field,
            )
        steps.append((name.strip(), role))
    return steps


def written_route(steps: list[tuple[str, Role]]) -> str:
    """A route as it is typed."""
    return "\n".join(f"{name}：{role.source_word}" for name, role in steps)
