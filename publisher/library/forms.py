"""In this file we read what readers write: remarks, names of searches and collections, synonyms."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from publisher.fields import RadioField, SelectMultipleField
from publisher.formkeys import KeyedForm
from publisher.library.model import AnnotationState
from publisher.people.model import Person

SHOWN = (AnnotationState.PRIVATE, AnnotationState.NAMED, AnnotationState.RELEASED)
"""What a writer chooses from for a remark."""


class ShownForm(KeyedForm):
    """Who is to see a remark."""

    shown = RadioField(_l("谁能看到"), default=AnnotationState.PRIVATE.value)
    to = SelectMultipleField(
        _l("指定人员"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def offer(self, readers: list[Person]) -> None:
        """Fill the lists."""
        self.shown.choices = [(one.value, one.word) for one in SHOWN]
        self.to.choices = [(str(one.id), f"{one.name}（{one.post}）" if one.post else one.name)
                           for one in readers]  # fmt: skip


class AnnotationForm(ShownForm):
    """A remark and the passage it stands on."""

    block = HiddenField()
    start = HiddenField()
    quote = HiddenField()
    prefix = HiddenField()
    suffix = HiddenField()
    body = TextAreaField(
        _l("批注"), validators=[DataRequired(_l("请填写批注。")), Length(max=4000)]
    )


class ReplyForm(KeyedForm):
    """An answer to a remark."""

    body = TextAreaField(
        _l("回复"), validators=[DataRequired(_l("请填写回复。")), Length(max=4000)]
    )


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
