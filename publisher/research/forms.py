"""In this file we read what researchers write: names of what they keep, notes, synonyms, texts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange


class SaveSearchForm(FlaskForm):  # type: ignore[misc]
    """A name for a search, and whether to be told of what comes in."""

    address = HiddenField()
    name = StringField(
        _l("名称"), validators=[DataRequired(_l("请给这次检索起个名字。")), Length(max=120)]
    )
    alerts = BooleanField(_l("有新结果时提醒我"))


class CollectionForm(FlaskForm):  # type: ignore[misc]
    """A collection's name and what it is about."""

    name = StringField(
        _l("专题名称"), validators=[DataRequired(_l("请填写专题名称。")), Length(max=120)]
    )
    about = TextAreaField(_l("说明"), validators=[Length(max=2000)])


class EntryNoteForm(FlaskForm):  # type: ignore[misc]
    """Why a record was gathered."""

    note = TextAreaField(_l("备注"), validators=[Length(max=2000)])


class SynonymsForm(FlaskForm):  # type: ignore[misc]
    """Names that mean the same."""

    names = TextAreaField(
        _l("同一事物的各种名称"),
        description=_l("一行一个，全称在前"),
        validators=[DataRequired(_l("请填写两个以上的名称。")), Length(max=1000)],
    )


class PublishedForm(FlaskForm):  # type: ignore[misc]
    """A text of which somebody asks whether it was published."""

    text = TextAreaField(
        _l("要查的文字"),
        validators=[DataRequired(_l("请贴入要查的文字。")), Length(max=20000)],
    )


class TokenForm(FlaskForm):  # type: ignore[misc]
    """What a key is for, and how long it is taken."""

    name = StringField(_l("用途"), validators=[DataRequired(_l("请填写用途。")), Length(max=120)])
    days = IntegerField(_l("有效天数"), default=90, validators=[NumberRange(min=1, max=366)])
