"""In this file tests find an office: an instance of their own, people with roles, and real data."""

from __future__ import annotations

import itertools
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from archive import Bucket
from publisher import clock, create_app, database, migrations
from publisher.config import Settings
from publisher.database import db
from publisher.people import actions as people
from tests import postgres

SHARED_DATA = Path(__file__).parents[1].parent / "shared" / "data"
PASSWORD = "云汀办公室2026"

# A busy machine is slow, and no fault.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


def need(condition: object, reason: str) -> None:
    """Skip for a missing tool, or fail where every tool is required."""
    if condition:
        return
    if os.environ.get("JIANBAO_REQUIRE_ALL") == "1":
        pytest.fail(f"required, but missing: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data beside the checkout; tests that read it skip without it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no real data beside the checkout")
    return SHARED_DATA


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """The server JIANBAO_TEST_POSTGRES names, where databases may be made, or one of our own."""
    if address := os.environ.get("JIANBAO_TEST_POSTGRES"):
        yield postgres.Server(address)
        return
    programs = postgres.programs()
    need(programs, "PostgreSQL (Debian package postgresql)")
    with postgres.own_server(programs) as server:  # type: ignore[arg-type]
        yield server


@pytest.fixture
def database_url() -> str:
    """Where the office keeps its records: nothing means SQLite in its own folder."""
    return ""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either_database_url(request: pytest.FixtureRequest) -> str:
    """SQLite, then PostgreSQL: a module whose tests must hold on both names it `database_url`."""
    if request.param == "sqlite":
        return ""
    server: postgres.Server = request.getfixturevalue("postgres_server")
    return server.empty_database()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings of an office of the test's own."""
    instance = tmp_path / "instance"
    instance.mkdir()
    return Settings(
        instance=instance,
        secret_key="测" * 40,
        office_name="云汀市人民政府办公室",
        database_url=database_url,
    )


@pytest.fixture(scope="session")
def newest_records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite file in the newest shape; all migrations take longer than most tests."""
    instance = tmp_path_factory.mktemp("newest")
    app = create_app(Settings(instance=instance, secret_key="测" * 40, office_name="测试"))
    with app.app_context():
        migrations.upgrade(db.engine)
        db.engine.dispose()
    return instance / "jianbao.db"


@pytest.fixture
def app(settings: Settings, newest_records: Path) -> Iterator[Flask]:
    """An application with an empty database, doing its jobs at once."""
    if not settings.database_url:
        shutil.copyfile(newest_records, settings.instance / newest_records.name)
    app = create_app(settings, jobs_at_once=True)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        if settings.database_url:
            migrations.upgrade(db.engine)
        engine = db.engine
    yield app
    engine.dispose()


@pytest.fixture
def records(app: Flask) -> Iterator[None]:
    """The database open for the test itself, as a writer."""
    with app.app_context(), database.writing():
        yield


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a person."""
    return app.test_client()


@pytest.fixture
def at() -> datetime:
    """A moment of an ordinary working day."""
    return datetime(2026, 11, 20, 9, 30, tzinfo=clock.OFFICE_ZONE)


@pytest.fixture
def today() -> date:
    """The day of that moment."""
    return date(2026, 11, 20)


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> Iterator[None]:
    """Hash passwords at the least cost: tests sign in hundreds of times, and guess none."""
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(people, "_hasher", quick)
        yield


_buckets = itertools.count(1)


@pytest.fixture(scope="session")
def storage() -> Iterator[str]:
    """The address of an S3-compatible storage on this machine."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - it takes a second to load

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(storage: str, tmp_path: Path) -> Callable[..., Bucket]:
    """Makes an empty bucket of its own."""

    import boto3  # noqa: PLC0415 - it takes a second to load

    def make(prefix: str = "") -> Bucket:
        name = f"archive-{next(_buckets)}"
        boto3.client(
            "s3",
            endpoint_url=storage,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            region_name="us-east-1",
        ).create_bucket(Bucket=name)
        return Bucket(
            endpoint=storage,
            bucket=name,
            prefix=prefix,
            key="test",
            secret="test",
            lock=tmp_path / "archive.lock",
        )

    return make
