"""In this file we read what the desk types."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from publisher.fields import CheckboxesField, SelectField
from publisher.formkeys import KeyedForm
from publisher.submissions.model import Kind, RejectReason


class ItemForm(FlaskForm):  # type: ignore[misc]
    """Text and circumstances of an item; `version` is the one the editor saw."""

    version = HiddenField()
    title = StringField(
        _l("标题"),
        validators=[
            DataRequired(_l("请填写标题。")),
            Length(max=200, message=_l("标题不超过200字。")),
        ],
    )
    body = TextAreaField(_l("正文"))
    serial = SelectField(_l("刊物"), default="")
    section = SelectField(_l("栏目"), default="")
    kind = SelectField(_l("类别"))
    source_line = StringField(_l("供稿"), validators=[Length(max=200)])
    tags = StringField(_l("标签"), description=_l("以空格分隔"), validators=[Length(max=200)])
    is_brief = BooleanField(_l("简讯"))
    printed = CheckboxesField(
        _l("随文刊印的批示"), description=_l("勾选的批示排在正文之前，按此处所示原文刊印")
    )
    note = StringField(_l("修改说明"), validators=[Length(max=200)])
    files = MultipleFileField(_l("添加照片"))

    def offer(self, serials: list[tuple[str, str]], sections: list[str], *, longest: int) -> None:
        """Fill the lists an editor chooses from, and set the longest text taken."""
        self.kind.choices = [(kind.value, kind.word) for kind in Kind]
        self.serial.choices = [("", _l("未定")), *serials]
        self.section.choices = [("", _l("未定")), *((name, name) for name in sections)]
        self.body.validators = [Length(max=longest, message=_l("正文过长。"))]


class MergeForm(KeyedForm):
    """Several submissions, one title and text."""

    title = StringField(
        _l("并稿标题"),
        validators=[DataRequired(_l("请填写标题。")), Length(max=200)],
    )
    body = TextAreaField(_l("并稿正文"), validators=[DataRequired(_l("请填写正文。"))])
    serial = SelectField(_l("刊物"), default="")


class ReturnForm(FlaskForm):  # type: ignore[misc]
    """Why something goes back."""

    reason = TextAreaField(
        _l("退回原因"),
        validators=[DataRequired(_l("请写明退回原因，方便来稿单位修改。")), Length(max=1000)],
    )


class RejectForm(FlaskForm):  # type: ignore[misc]
    """Why something is not used."""

    reason = SelectField(_l("不采用的原因"), validators=[InputRequired(_l("请选择原因。"))])
    remark = TextAreaField(_l("说明"), validators=[Length(max=1000)])

    def offer(self) -> None:
        """Fill the list of reasons."""
        self.reason.choices = [(reason.value, reason.word) for reason in RejectReason]
