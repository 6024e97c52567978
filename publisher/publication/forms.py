"""In this file we read what is typed about a correction, a withdrawal or numbered copies."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from publisher.fields import SelectField
from publisher.formkeys import KeyedForm
from publisher.publication.model import Channel


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


class RemarkForm(FlaskForm):  # type: ignore[misc]
    """What somebody wants put right on a page of a proof."""

    page = SelectField(_l("页"), coerce=int)
    text = TextAreaField(
        _l("校对意见"),
        validators=[
            DataRequired(_l("请写明要改什么。")),
            Length(max=1000, message=_l("校对意见不超过1000字。")),
        ],
    )

    def offer(self, pages: int) -> None:
        """Fill the list of pages."""
        self.page.choices = [(page, str(page)) for page in range(1, pages + 1)]


class WithdrawalForm(FlaskForm):  # type: ignore[misc]
    """Why an issue is taken back."""

    reason = TextAreaField(
        _l("撤回原因"),
        validators=[
            DataRequired(_l("请写明撤回的原因。")),
            Length(max=1000, message=_l("撤回原因不超过1000字。")),
        ],
    )


class CopiesForm(FlaskForm):  # type: ignore[misc]
    """Who gets a numbered copy each, how and when."""

    recipients = TextAreaField(
        _l("接收单位（人）"),
        description=_l("每行一个，按所列次序编份号"),
        validators=[DataRequired(_l("请填写接收单位或接收人。")), Length(max=60_000)],
    )
    channel = SelectField(
        _l("发放渠道"), choices=lambda: [(one.value, one.word) for one in Channel]
    )
    sent_on = DateField(_l("发放日期"), validators=[InputRequired(_l("请选择发放日期。"))])


class ReceiptForm(FlaskForm):  # type: ignore[misc]
    """Who signed for a copy, and when; or when it came back."""

    signed_by = StringField(
        _l("签收人"), validators=[DataRequired(_l("请填写签收人。")), Length(max=60)]
    )
    on = DateField(_l("签收日期"), validators=[InputRequired(_l("请选择日期。"))])
