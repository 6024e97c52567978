"""In this file tests start a PostgreSQL server of their own, from Debian's package."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url

SOFTWARE = Path("/usr/lib/postgresql")
HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""A cluster that lives for minutes need not survive a power cut."""


def programs() -> Path | None:
    """The folder of the newest PostgreSQL programs on this machine."""
    found = sorted(SOFTWARE.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


class Server:
    """Hands out empty databases, each for one test."""

    def __init__(self, address: str) -> None:
        self._address = make_url(address)
        self._numbers = itertools.count(1)

    def empty_database(self) -> str:
        """The URL of a new, empty database, in the C locale that every machine has."""
        name = f"office_{os.getpid()}_{next(self._numbers)}"
        engine = create_engine(self._address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
            connection.exec_driver_sql(
                f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"
                " LC_COLLATE 'C' LC_CTYPE 'C'"
            )
        engine.dispose()
        return self._address.set(database=name).render_as_string(hide_password=False)


@contextmanager
def own_server(bin_folder: Path) -> Iterator[Server]:
    """A cluster in a temporary folder, reached by a unix socket only; gone at the end.

    initdb refuses root, so root lets another user own it.
    """
    folder = Path(tempfile.mkdtemp(prefix="jbpg"))
    owner = _owner()
    if owner is not None:
        shutil.chown(folder, user=owner)
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run(
            command, check=True, user=owner, cwd=folder, capture_output=True, timeout=120
        )

    options = " ".join(f"-c {one}" for one in HASTE)
    try:
        run(f"{bin_folder}/initdb", "-D", str(data), "-U", "office", "-A", "trust", "-E", "UTF8",
            "--locale=C", "--no-sync")  # fmt: skip
        run(f"{bin_folder}/pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o",
            f"-k {folder} -c listen_addresses='' {options}", "start")  # fmt: skip
        try:
            yield Server(f"postgresql+psycopg://office@/postgres?host={folder}")
        finally:
            run(f"{bin_folder}/pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> str | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)
