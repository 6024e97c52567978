"""In this file the worker makes dossiers, and removes those of days ago."""

from __future__ import annotations

from flask import current_app

from publisher.errors import PublisherError
from publisher.jobs import every_minute, job
from publisher.people import queries as people
from publisher.publication import staging
from publisher.settings import settings
from publisher.threads import dossier


@job
def make_dossier(person_id: int, key: str, token: str, form: str) -> None:
    """Make the dossier of a matter for a person, as far as he may read it now."""
    path = dossier.path_for(person_id, token, form, settings())
    if path.is_file():
        return
    with current_app.test_request_context():
        # The story's events carry addresses of pages, which a request alone can make.
        try:
            content = dossier.made(key, people.person(person_id), form)
        except PublisherError as error:
            staging.write_durably(path.with_suffix(".error"), error.sentence.encode())
            return
    staging.write_durably(path, content)


@every_minute
def clear_dossiers() -> None:
    """Remove dossiers that nobody will fetch any more."""
    dossier.clear_old(settings())
