"""In this file the first three accounts of a new office are made: 系统、安全、审计管理员.

    .venv/bin/python deploy/first_accounts.py --instance /srv/jianbao

Everybody else is taken on by the 系统管理员 on the site. It is refused where there is any account.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from pathlib import Path

from publisher import clock, create_app, database, history
from publisher.config import read_settings
from publisher.database import db
from publisher.people import actions, queries
from publisher.people.model import UnitGroup
from publisher.people.permission import SEPARATE, Role

SYSTEM = history.System()
ORDER = (Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR)


def main() -> None:
    """Make the accounts and print each with its first password, once."""
    words = argparse.ArgumentParser(description="Make the first three accounts of a new office.")
    words.add_argument("--instance", type=Path, default=Path("instance"))
    settings = read_settings(words.parse_args().instance)
    app = create_app(settings, jobs_at_once=True)
    with app.app_context(), database.writing():
        if queries.persons():
            sys.exit("已有账号，不再建立。请系统管理员在“人员和角色”里增加人员。")
        for account, password in make(settings.office_name, settings.password_length):
            sys.stdout.write(f"{account}\t{password}\n")
    sys.stdout.write("首次登录须修改密码；以上密码只显示这一次。\n")


def make(office_name: str, shortest: int) -> list[tuple[str, str]]:
    """The office's own unit and one account for each of the three, with passwords to be changed."""
    assert set(ORDER) == SEPARATE  # noqa: S101 - the three officers are these three
    at = clock.now()
    unit = actions.open_unit(
        code="office",
        name=office_name,
        short_name=office_name,
        group=UnitGroup.SECTION,
        by=SYSTEM,
        at=at,
    )
    db.session.add(unit)
    made = []
    for role in ORDER:
        password = secrets.token_urlsafe(max(shortest, 9))
        person = actions.take_on(
            account=role.value,
            name=role.source_word,
            unit=unit,
            password=password,
            roles=[role],
            shortest=shortest,
            by=SYSTEM,
            at=at,
        )
        db.session.add(person)
        made.append((person.account, password))
    db.session.commit()
    return made


if __name__ == "__main__":
    main()
