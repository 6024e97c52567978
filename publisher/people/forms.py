"""In this file we read what people type about people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, IntegerField, PasswordField, StringField
from wtforms.validators import (
    DataRequired,
    EqualTo,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
)

from publisher.fields import SelectField, SelectMultipleField
from publisher.people.model import Level, Rank, UnitGroup
from publisher.people.permission import Role


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Account and password."""

    account = StringField(
        _l("账号"), validators=[InputRequired(_l("请填写账号。")), Length(max=60)]
    )
    password = PasswordField(
        _l("密码"), validators=[InputRequired(_l("请填写密码。")), Length(max=200)]
    )
    next = HiddenField()


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The old password, and the new one twice."""

    old = PasswordField(
        _l("原密码"), validators=[InputRequired(_l("请填写原密码。")), Length(max=200)]
    )
    password = PasswordField(
        _l("新密码"), validators=[InputRequired(_l("请填写新密码。")), Length(max=200)]
    )
    again = PasswordField(
        _l("再输一次"),
        validators=[EqualTo("password", _l("两次输入的新密码不一致。")), Length(max=200)],
    )


class UnitForm(FlaskForm):  # type: ignore[misc]
    """A unit."""

    code = StringField(
        _l("编码"),
        description=_l("字母、数字，建立后不再更改"),
        validators=[
            InputRequired(_l("请填写编码。")),
            Regexp(r"^[A-Za-z0-9_-]{1,40}\Z", message=_l("编码只能用字母、数字、短横。")),
        ],
    )
    name = StringField(_l("全称"), validators=[DataRequired(_l("请填写全称。")), Length(max=120)])
    short_name = StringField(
        _l("简称"), description=_l("用于供稿署名和列表"), validators=[Length(max=60)]
    )
    group = SelectField(_l("类别"), validators=[InputRequired(_l("请选择类别。"))])
    is_active = BooleanField(_l("在用"), default=True)

    def offer(self) -> None:
        """Fill the list of groups."""
        self.group.choices = [(group.value, group.word) for group in UnitGroup]

    def keep_code(self, code: str) -> None:
        """Show the code of a unit that has one; browsers do not send what may not be changed."""
        self.code.data, self.code.validators = code, ()


class PersonForm(FlaskForm):  # type: ignore[misc]
    """A person; the first password is given once and changed at the first sign-in."""

    account = StringField(
        _l("账号"),
        validators=[
            InputRequired(_l("请填写账号。")),
            Regexp(r"^[A-Za-z0-9._-]{2,60}\Z", message=_l("账号用2至60个字母、数字或点、短横。")),
        ],
    )
    name = StringField(_l("姓名"), validators=[DataRequired(_l("请填写姓名。")), Length(max=60)])
    unit = SelectField(_l("单位"), validators=[InputRequired(_l("请选择单位。"))])
    post = StringField(_l("职务"), validators=[Length(max=80)])
    phone = StringField(_l("电话"), validators=[Length(max=40)])
    email = StringField(
        _l("电子邮箱"),
        description=_l("配置了邮件服务的，督办提醒同时发到这里"),
        validators=[
            Optional(),
            Length(max=120),
            Regexp(r"^[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\Z", message=_l("邮箱格式不对，请核对。")),
        ],
    )
    level = SelectField(_l("领导级别"), default="")
    rank = SelectField(_l("领导排位"), default="")
    protocol_order = IntegerField(
        _l("排序"), default=999, validators=[Optional(), NumberRange(0, 9999)]
    )
    roles = SelectMultipleField(_l("角色"))
    password = PasswordField(
        _l("初始密码"), description=_l("仅新建或重置时填写"), validators=[Length(max=200)]
    )
    active = BooleanField(_l("在用"), default=True)

    def offer(self, units: list[tuple[str, str]]) -> None:
        """Fill the lists of units, levels, ranks and roles."""
        self.unit.choices = [("", _l("请选择")), *units]
        self.level.choices = [("", _l("不是领导")), *((one.value, one.word) for one in Level)]
        self.rank.choices = [("", _l("无")), *((one.value, one.word) for one in Rank)]
        self.roles.choices = [(role.value, role.word) for role in Role]

    def keep_account(self, account: str) -> None:
        """Show the account a person has; browsers do not send what may not be changed."""
        self.account.data, self.account.validators = account, ()


class MandateForm(FlaskForm):  # type: ignore[misc]
    """Which secretary may enter instructions for which leader."""

    secretary = SelectField(_l("秘书"), validators=[InputRequired(_l("请选择秘书。"))])
    leader = SelectField(_l("领导"), validators=[InputRequired(_l("请选择领导。"))])


class SubstituteForm(FlaskForm):  # type: ignore[misc]
    """Who acts for whom, from which day to which."""

    person = SelectField(_l("外出人"), validators=[InputRequired(_l("请选择外出人。"))])
    substitute = SelectField(_l("代办人"), validators=[InputRequired(_l("请选择代办人。"))])
    from_day = DateField(_l("自"), validators=[InputRequired(_l("请选择开始日期。"))])
    until_day = DateField(_l("至"), validators=[InputRequired(_l("请选择结束日期。"))])
    reason = StringField(_l("事由"), validators=[Length(max=200)])
