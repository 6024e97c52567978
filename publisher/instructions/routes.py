"""In this file are the doors of this room."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("instructions", __name__)
