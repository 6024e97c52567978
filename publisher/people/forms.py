"""In this file we read what people type about people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length


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
