"""In this file we bring a database to the shape the program needs, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

FOLDER = Path(__file__).parent


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to `revision`; nothing is done where it is there already."""
    with _opened(engine) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Bring the database back to `revision`."""
    with _opened(engine) as connection:
        command.downgrade(_config(connection), revision)


@contextmanager
def _opened(engine: Engine) -> Iterator[Connection]:
    """One transaction for all steps; on SQLite a table may be made anew while others point to it.

    SQLite changes a table by copying it and dropping the old one, which it refuses as long as it
    holds every link. The links are looked at before the transaction is committed, all at once.
    """
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        # The driver's own connection: SQLite takes this outside a transaction only.
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if broken is not None:
                    raise RuntimeError(f"a link of table {broken[0]} leads nowhere")
        finally:
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.close()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config
