"""In this file we read what readers write: remarks, for whom they are, and answers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length
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
