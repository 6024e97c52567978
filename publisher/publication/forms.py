"""In this file we read what is typed about a correction or a withdrawal."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from publisher.formkeys import KeyedForm


class CorrectionForm(KeyedForm):
    """What a correction puts right."""

    note = TextAreaField(
        _l("更正说明"),
        description=_l("印在更正版刊头下，如：原刊第2页“35%”应为“3.5%”。"),
        validators=[
            DataRequired(_l("请写明更正了什么，更正说明将印在刊物上。")),
            Length(max=1000, message=_l("更正说明不超过1000字。")),
        ],
    )


class ArticleForm(FlaskForm):  # type: ignore[misc]
    """One article of a correction."""

    article = HiddenField()
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


class WithdrawalForm(FlaskForm):  # type: ignore[misc]
    """Why an issue is taken back."""

    reason = TextAreaField(
        _l("撤回原因"),
        validators=[
            DataRequired(_l("请写明撤回的原因。")),
            Length(max=1000, message=_l("撤回原因不超过1000字。")),
        ],
    )
