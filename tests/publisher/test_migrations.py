"""In this file the records grow by migrations, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, inspect, select, text

from publisher import cli, database, fitting, migrations
from publisher.config import write_first_config
from publisher.database import Base, db
from publisher.errors import SettingsWrong
from publisher.instructions.model import Instruction, Paper, PaperKind
from publisher.publication.model import PaperDue
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

    def test_what_was_written_on_papers_from_elsewhere_waits_for_the_archive(
        self, app: Flask
    ) -> None:
        with app.app_context(), database.writing():
            on_issue, on_paper = factories.instruction(), factories.instruction()
            officer = on_paper.registered_by
            assert officer is not None
            on_paper.issue = None
            on_paper.paper = Paper(
                kind=PaperKind.OLD, title="旧件", kept_by=officer, kept_at=factories.AT
            )
            db.session.commit()
            db.session.execute(delete(PaperDue))
            db.session.commit()
            migrations.downgrade(db.engine, "0025")
            migrations.upgrade(db.engine)
            due = list(db.session.scalars(select(PaperDue.key)))
            assert due == [f"instruction:{on_paper.id}"]
            assert on_issue.id != on_paper.id


class TestDowngrade:
    def test_the_way_back_leaves_nothing_and_the_way_forth_is_open_again(self, app: Flask) -> None:
        with app.app_context():
            whole = set(inspect(db.engine).get_table_names())
            migrations.downgrade(db.engine, "base")
            assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
            migrations.upgrade(db.engine)
            assert set(inspect(db.engine).get_table_names()) == whole


class TestFitting:
    def test_a_database_of_this_program_fits(self, app: Flask) -> None:
        with app.app_context():
            fitting.must_fit(db.engine)

    @pytest.mark.parametrize(
        ("shape", "words"), [("0002", "旧版程序的（0002"), ("9999", "更新版程序的（9999")]
    )
    def test_another_shape_is_refused_with_what_to_do(
        self, app: Flask, shape: str, words: str
    ) -> None:
        with app.app_context():
            db.session.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": shape})
            db.session.commit()
            with pytest.raises(SettingsWrong, match=words):
                fitting.must_fit(db.engine)

    def test_an_empty_database_names_the_command_that_fills_it(self, app: Flask) -> None:
        with app.app_context():
            migrations.downgrade(db.engine, "base")
            with pytest.raises(SettingsWrong, match="请先运行 jianbao init"):
                fitting.must_fit(db.engine)

    @pytest.mark.parametrize("words", [("serve",), ("worker",), ("archive", "list")])
    def test_no_command_begins_before_it_fits(self, tmp_path: Path, words: tuple[str, ...]) -> None:
        write_first_config(tmp_path, office_name="云汀市人民政府办公室")
        answer = CliRunner().invoke(cli.cli, ["--instance", str(tmp_path), *words])
        assert answer.exit_code == 1
        assert "jianbao init" in f"{answer.output}{answer.exception}"
