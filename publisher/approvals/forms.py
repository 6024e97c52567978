"""In this file we read what is said at one step of a route."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """An opinion, which a return needs and a yes may carry."""

    opinion = TextAreaField(
        _l("意见"), validators=[Length(max=1000, message=_l("意见不超过1000字。"))]
    )

    def says_why(self) -> bool:
        """Whether a return can be made with it: a no needs its reason."""
        if not self.validate():
            return False
        if not (self.opinion.data or "").strip():
            self.opinion.errors = [_("请写明退回的理由。")]
            return False
        return True
