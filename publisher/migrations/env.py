"""In this file Alembic meets our records."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, engine_from_config, pool

from publisher.database import Base
from publisher.models import ROOMS

assert ROOMS, "every room's nouns are known before the schema is compared"  # noqa: S101


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    engine = engine_from_config(
        context.config.get_section("alembic") or {}, prefix="sqlalchemy.", poolclass=pool.NullPool
    )
    with engine.connect() as opened:
        _run(opened)
