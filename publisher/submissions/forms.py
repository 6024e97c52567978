"""In this file we read what a unit types when it sends an item in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import DateTimeLocalField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from publisher.fields import SelectField
from publisher.formkeys import KeyedForm
from publisher.submissions.model import Kind, Stage

EARLIEST_YEAR = 1900


class SubmissionForm(KeyedForm):
    """Title, text, circumstances, photos and files."""

    title = StringField(
        _l("标题"),
        validators=[
            DataRequired(_l("请填写标题。")),
            Length(max=200, message=_l("标题不超过200字。")),
        ],
    )
    body = TextAreaField(_l("正文"), validators=[DataRequired(_l("请填写正文。"))])
    kind = SelectField(_l("类别"), validators=[InputRequired(_l("请选择类别。"))])
    source = StringField(
        _l("信息来源"),
        description=_l("如：现场调研、会议、业务系统"),
        validators=[Length(max=200)],
    )
    event_at = DateTimeLocalField(
        _l("事发时间"), validators=[Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
    )
    drafter = StringField(
        _l("拟稿人"), validators=[DataRequired(_l("请填写拟稿人。")), Length(max=60)]
    )
    unit_signer = StringField(
        _l("签发领导"), validators=[DataRequired(_l("请填写本单位签发领导。")), Length(max=60)]
    )
    signer_phone = StringField(
        _l("联系电话"), validators=[DataRequired(_l("请填写联系电话。")), Length(max=40)]
    )
    proposed_serial = SelectField(_l("拟报刊物"), default="")
    stage = SelectField(_l("报告次第"), default="")
    follows = SelectField(_l("接续的报告"), default="")
    call_id = HiddenField()
    files = MultipleFileField(_l("照片和附件"))
    captions = TextAreaField(
        _l("照片说明"),
        description=_l("一行一张，按所选照片的顺序"),
        validators=[Length(max=3000)],
    )

    def validate_event_at(self, field: DateTimeLocalField) -> None:
        """A moment of a year long past is a slip of the keyboard."""
        if field.data is not None and field.data.year < EARLIEST_YEAR:
            raise ValidationError(_("事发时间的年份不对，请核对。"))

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Refuse the one character that PostgreSQL does not keep, whatever field it stands in."""
        valid = bool(super().validate(extra_validators))
        for field in self:
            if isinstance(field.data, str) and "\0" in field.data:
                field.errors = [*field.errors, _("含有不能保存的字符，请删去后再报。")]
                valid = False
        return valid

    def offer(
        self, serials: list[tuple[str, str]], reports: list[tuple[str, str]], *, longest: int
    ) -> None:
        """Fill the lists a person chooses from, and set the longest text taken."""
        self.kind.choices = [(kind.value, kind.word) for kind in Kind]
        self.stage.choices = [("", _l("不是分次报告")), *((s.value, s.word) for s in Stage)]
        self.proposed_serial.choices = [("", _l("由编辑部确定")), *serials]
        self.follows.choices = [("", _l("无")), *reports]
        self.body.validators = [
            *self.body.validators,
            Length(max=longest, message=_l("正文过长。")),
        ]
