"""In this file a process does one thing after another and dies at the point each time names.

Run as `python -m tests.publisher.publication.dying FOLDER`, it reads lines of
`point what number` and prints each child's exit code. Every line is done by a child of its own.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from publisher import create_app, database, faultpoints, jobs
from publisher.config import Settings
from publisher.people.permission import Role
from publisher.publication import by_hand, press, tasks
from tests.publisher.publication.presses import fast_set_all


def main() -> None:
    instance = Path(sys.argv[1])
    for line in sys.stdin:
        point, what, number = line.split()
        child = os.fork()
        if child == 0:
            os.environ[faultpoints.VARIABLE] = point
            do(instance, what, int(number))
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def do(instance: Path, what: str, number: int) -> None:
    press.set_all = fast_set_all
    jobs.nudge = leave_to_others
    app = create_app(Settings(instance=instance, secret_key="测" * 40), jobs_at_once=True)
    with app.app_context(), database.writing():
        if what == "publish":
            tasks.begin(number)
        else:
            signers = [by_hand.people.with_role(role)[0] for role in (Role.CHECKER, Role.DIRECTOR)]
            by_hand.sign(number, signers, confirmed=True)


def leave_to_others(_name: str, *_values: object) -> None:
    """The jobs of later rooms are not what dies here."""


if __name__ == "__main__":
    main()
