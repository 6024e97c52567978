"""In this file the records grow by migrations, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect

from publisher import database, migrations
from publisher.database import Base, db
from publisher.instructions.model import Instruction
from tests import factories


@pytest.fixture
def database_url(either_database_url: str) -> str:
    return either_database_url


class TestUpgrade:
    def test_the_tables_are_those_the_rooms_name(self, app: Flask) -> None:
        with app.app_context(), db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Base.metadata) == []

    def test_a_second_upgrade_changes_nothing(self, app: Flask) -> None:
        with app.app_context():
            before = sorted(inspect(db.engine).get_table_names())
            migrations.upgrade(db.engine)
            assert sorted(inspect(db.engine).get_table_names()) == before

    def test_every_constraint_has_a_name(self, app: Flask) -> None:
        with app.app_context():
            inspector = inspect(db.engine)
            nameless = [
                (table, constraint)
                for table in inspector.get_table_names()
                for constraint in (
                    *inspector.get_unique_constraints(table),
                    *inspector.get_foreign_keys(table),
                )
                if not constraint["name"]
            ]
        assert nameless == []


class TestWithRecords:
    def test_an_office_at_work_is_brought_up_step_by_step_and_loses_nothing(
        self, app: Flask
    ) -> None:
        with app.app_context(), database.writing():
            made = factories.instruction(registered=True)
            number, issue = made.id, made.issue_id
            db.session.rollback()
            migrations.downgrade(db.engine, "0002")
            migrations.upgrade(db.engine)
            kept = db.session.get(Instruction, number)
            assert kept is not None
            assert (kept.issue_id, kept.number_text) == (issue, "批〔2026〕1号")
            assert (kept.series, kept.may_print, kept.is_restricted) == ("批", True, False)


class TestDowngrade:
    def test_the_way_back_leaves_nothing_and_the_way_forth_is_open_again(self, app: Flask) -> None:
        with app.app_context():
            whole = set(inspect(db.engine).get_table_names())
            migrations.downgrade(db.engine, "base")
            assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
            migrations.upgrade(db.engine)
            assert set(inspect(db.engine).get_table_names()) == whole
