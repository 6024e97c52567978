"""The Flask application and the editorial life: rooms in the order of an item's life."""

from __future__ import annotations

import os
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from flask import Flask, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from publisher import database
from publisher.answers import init_answers
from publisher.config import Settings, read_settings
from publisher.errors import SettingsWrong
from publisher.headers import init_headers
from publisher.jobs import init_jobs
from publisher.language import init_language

MEGABYTE = 1024 * 1024
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def create_app(settings: Settings | None = None, *, jobs_at_once: bool = False) -> Flask:
    """Open the rooms in the order of an item's life.

    Without `settings` those of the instance named by JIANBAO_INSTANCE are read, else ./instance.
    """
    if settings is None:
        settings = read_settings(Path(os.environ.get("JIANBAO_INSTANCE", "instance")))
    if len(settings.secret_key) < 32:
        raise SettingsWrong("尚未设置 secret_key，请先运行 jianbao init。")
    app = Flask("publisher", instance_path=str(settings.instance))
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        # Twice the limit of files is still read, so that a form that is too large is answered with
        # all that was typed in it; the files themselves are held to the limit by `keep_uploads`.
        MAX_CONTENT_LENGTH=(2 * settings.upload_megabytes + 8) * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=8 * 1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="zh_CN",
    )
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies
        )
    database.init_database(app, settings)
    CSRFProtect(app)
    init_language(app, settings)
    init_headers(app)
    init_answers(app)
    _write_where_forms_write(app)
    _open_rooms(app, settings)
    init_jobs(app, settings, at_once=jobs_at_once)
    return app


def _open_rooms(app: Flask, settings: Settings) -> None:
    from publisher.approvals import routes as approvals
    from publisher.calls import routes as calls
    from publisher.editing import routes as editing
    from publisher.exchange import routes as exchange
    from publisher.filing import routes as filing
    from publisher.followups import papers
    from publisher.followups import routes as followups
    from publisher.instructions import fair_copies
    from publisher.instructions import pages as instruction_pages
    from publisher.instructions import routes as instructions
    from publisher.issues import routes as issues
    from publisher.library import routes as library
    from publisher.oldregister import routes as oldregister
    from publisher.people import routes as people
    from publisher.people.sign_in import init_sign_in
    from publisher.publication import distribution
    from publisher.publication import routes as publication
    from publisher.research import api
    from publisher.research import routes as research
    from publisher.retrospect import routes as retrospect
    from publisher.scores import routes as scores
    from publisher.serials import routes as serials
    from publisher.submissions import routes as submissions
    from publisher.threads import routes as threads
    from publisher.today import routes as today
    from publisher.today.navigation import init_navigation
    from publisher.typesetting import routes as typesetting

    init_sign_in(app, settings)
    for room in (
        people,
        serials,
        calls,
        submissions,
        editing,
        approvals,
        issues,
        publication,
        distribution,
        retrospect,
        typesetting,
        library,
        research,
        api,
        instructions,
        instruction_pages,
        fair_copies,
        followups,
        papers,
        oldregister,
        scores,
        filing,
        exchange,
        threads,
        today,
    ):
        _load_the_rest_of(room.__package__ or "")
        app.register_blueprint(room.bp)
    init_navigation(app)


def _load_the_rest_of(room: str) -> None:
    """Load a room's jobs (tasks.py) and further doors (…_routes.py): each is known once loaded."""
    for module in iter_modules(import_module(room).__path__):
        if module.name == "tasks" or module.name.endswith("_routes"):
            import_module(f"{room}.{module.name}")


def _write_where_forms_write(app: Flask) -> None:
    """Begin as a writer whatever may change something; see `database.writing`."""

    @app.before_request
    def begin() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if request.method not in READING_METHODS and not getattr(view, "only_reads", False):
            g.writing = database.writing()
            g.writing.__enter__()

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        if (writing := g.pop("writing", None)) is not None:
            writing.__exit__(None, None, None)
