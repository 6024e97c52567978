"""In this file we give every form its key, so that a double press is told from two wishes."""

from __future__ import annotations

import secrets

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import Length


def new_key() -> str:
    """A key no form has had yet."""
    return secrets.token_urlsafe(16)


class KeyedForm(FlaskForm):  # type: ignore[misc]
    """A form that carries one key from its first showing to its last sending."""

    form_key = HiddenField(validators=[Length(max=40)])

    def key(self) -> str:
        """The form's key, made at its first showing."""
        if not self.form_key.data:
            self.form_key.data = new_key()
        return str(self.form_key.data)
