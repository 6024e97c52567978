"""In this file we ask whether a database has the shape the program needs, before it is used."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Engine, column, inspect, select, table

from publisher.errors import SettingsWrong

STEPS = Path(__file__).parent / "migrations" / "versions"
VERSION = table("alembic_version", column("version_num"))


def must_fit(engine: Engine) -> None:
    """Raise `SettingsWrong`, saying what to do, where the database is older or newer, or empty."""
    found = _shape_of(engine)
    if found == newest():
        return
    if not found:
        raise SettingsWrong("数据库还没有建立，请先运行 jianbao init。")
    if found < newest():
        raise SettingsWrong(
            f"数据库还是旧版程序的（{found}，现需 {newest()}）。"
            "请先备份，再运行 jianbao init 升级，然后重新启动。"
        )
    raise SettingsWrong(
        f"数据库是更新版程序的（{found}，本程序只到 {newest()}）。请改用新版程序，或恢复旧备份。"
    )


@cache
def newest() -> str:
    """The number of the last step there is: 0023."""
    return max(one.name[1:5] for one in STEPS.glob("v[0-9]*.py"))


def _shape_of(engine: Engine) -> str:
    with engine.connect() as connection:
        if not inspect(connection).has_table(VERSION.name):
            return ""
        return connection.scalar(select(VERSION.c.version_num)) or ""
