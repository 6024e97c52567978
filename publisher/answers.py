"""In this file an error becomes an HTTP status and a page: the one place that knows both."""

from __future__ import annotations

import logging

from flask import Flask, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from publisher import errors
from publisher.database import db

logger = logging.getLogger(__name__)

Answer = tuple[str, int] | tuple[str, int, dict[str, str]]

STATUS: dict[type[errors.PublisherError], int] = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.StepRefused: 409,
    errors.Overtaken: 409,
    errors.InputRefused: 422,
}
"""What each error answers; what a person may not know of is always a 404, never a 403."""

OUT_OF_RANGE = "22003"
"""PostgreSQL's word for a number that no column can hold."""

PAGES = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503})


def init_answers(app: Flask) -> None:
    """Let every error end on a page of ours."""
    app.register_error_handler(errors.PublisherError, _answer_ours)
    app.register_error_handler(StaleDataError, _answer_stale)
    app.register_error_handler(OverflowError, _answer_overflow)
    app.register_error_handler(DataError, _answer_data)
    app.register_error_handler(CSRFError, _answer_csrf)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unexpected)


PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


def page(status: int, sentence: str) -> Answer:
    """The error page with one plain sentence, or the sentence alone for a part of a page."""
    if request.headers.get("HX-Request") or request.accept_mimetypes.best == "application/json":
        return sentence, status, PLAIN
    name = status if status in PAGES else 500
    return render_template(f"errors/{name}.html", sentence=sentence), status


def has_failed() -> bool:
    """Whether this request met what nobody expected, such as a database that is gone."""
    return bool(g.get("has_failed"))


def _answer_ours(error: errors.PublisherError) -> Answer:
    db.session.rollback()
    status = next(
        (code for kind, code in STATUS.items() if isinstance(error, kind)),
        500,
    )
    return page(status, error.sentence)


def _answer_stale(_error: StaleDataError) -> Answer:
    db.session.rollback()
    return page(409, _("另一位同事刚刚改动了同一内容，请重新打开后再办。"))


def _answer_overflow(error: OverflowError) -> Answer:
    """Answer for a number in an address that is greater than SQLite can count."""
    if "SQLite" not in str(error):
        return _answer_unexpected(error)
    return _answer_ours(errors.NotFound())


def _answer_data(error: DataError) -> Answer:
    """Answer for what PostgreSQL cannot keep: numbers out of its range, the character NUL."""
    if getattr(error.orig, "sqlstate", None) == OUT_OF_RANGE:
        return _answer_ours(errors.NotFound())
    if "NUL" in str(error.orig):
        db.session.rollback()
        return page(400, _("提交的内容无法识别，请返回检查后重试。"))
    return _answer_unexpected(error)


def _answer_csrf(_error: CSRFError) -> Answer:
    return page(400, _("页面停留时间过长或已失效，请返回上一页刷新后重试。"))


def _answer_http(error: HTTPException) -> Answer | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    sentences = {
        400: _("提交的内容无法识别，请返回检查后重试。"),
        404: errors.NotFound().sentence,
        405: _("这个地址不能这样打开，请从页面上的按钮办理。"),
        413: _("提交的内容超过了允许的大小，请压缩后分次上传。"),
        429: _("操作过于频繁，请稍后再试。"),
    }
    return page(code, sentences.get(code, _("这一步没有办成，请稍后再试。")))


def _answer_unexpected(error: Exception) -> Answer:
    g.has_failed = True
    db.session.rollback()
    logger.error("Unexpected error at %s %s", request.method, request.path, exc_info=error)
    return page(500, _("系统出现意外，您的内容没有丢失。请稍后再试；若仍不行，请联系系统管理员。"))
