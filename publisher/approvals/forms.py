"""In this file we read a decision and its reason."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """An opinion, which a return needs and a yes may carry."""

    opinion = TextAreaField(_l("意见"), validators=[Length(max=1000)])
