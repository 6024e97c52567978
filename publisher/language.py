"""In this file we speak the reader's language: Chinese first, English complete."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask, has_request_context, session
from flask_babel import Babel, format_date, get_locale
from flask_login import current_user

from publisher.config import Settings

LANGUAGES = {"zh_CN": "中文", "en": "English"}


def init_language(app: Flask, settings: Settings) -> None:
    """Choose the language of each request: the person's, the session's, the office's.

    Jobs and commands, which have no request, speak the office's language.
    """

    def chosen() -> str:
        if not has_request_context():
            return settings.language
        for wish in (getattr(current_user, "language", ""), session.get("language", "")):
            if wish in LANGUAGES:
                return str(wish)
        return settings.language

    Babel(
        app,
        locale_selector=chosen,
        timezone_selector=lambda: "Asia/Shanghai",
        default_translation_directories="translations",
    )
    app.jinja_env.globals["LANGUAGES"] = LANGUAGES
    app.jinja_env.globals["current_language"] = chosen
    app.jinja_env.filters["day"] = shown_day
    app.jinja_env.filters["moment"] = moment


def day(value: date | None) -> str:
    """A day as papers write it: 2026年3月9日 (GB/T 9704-2012, 7.3.5.4: no leading zero)."""
    return "" if value is None else f"{value.year}年{value.month}月{value.day}日"


def day_of_year(value: date) -> str:
    """A day as papers write it where the year goes without saying: 3月9日."""
    return f"{value.month}月{value.day}日"


def is_chinese() -> bool:
    """Whether the reader reads Chinese."""
    return getattr(get_locale(), "language", "zh") == "zh"


def shown_day(value: date | None) -> str:
    """A day on a screen, in the reader's language: 2026年3月9日, 9 Mar 2026."""
    if value is None or is_chinese():
        return day(value)
    return str(format_date(value, "d MMM y"))


def shown_day_of_year(value: date) -> str:
    """A day of this year on a screen, in the reader's language: 3月9日, 9 Mar."""
    return day_of_year(value) if is_chinese() else str(format_date(value, "d MMM"))


def moment(value: datetime | None) -> str:
    """A moment on a screen: 2026-03-09 14:05."""
    return "" if value is None else value.strftime("%Y-%m-%d %H:%M")
