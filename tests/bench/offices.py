"""In this file benches found an office, fill it, and knock at its doors as browsers do."""

from __future__ import annotations

import gzip
import http.cookiejar
import json
import re
import resource
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
NEWS = ROOT.parent / "shared" / "data" / "news"
sys.path.insert(0, str(ROOT))

from publisher import create_app, database  # noqa: E402
from publisher.config import read_settings  # noqa: E402
from publisher.database import db  # noqa: E402
from publisher.people.permission import Role  # noqa: E402
from tests import factories  # noqa: E402

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def show(name: str, value: object) -> None:
    """Print one figure."""
    print(f"{name:<56}{value:>12.3f}" if isinstance(value, float) else f"{name:<56}{value!s:>12}")


def percentile(values: list[float], share: int) -> float:
    """The value below which `share` percent of them lie."""
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]


def real_days(month: str = "") -> dict[str, list[dict[str, str]]]:
    """The real items by day, in their order; of one month where it is named."""
    with gzip.open(NEWS / "items.jsonl.gz", "rt", encoding="utf-8") as lines:
        items = [item for item in map(json.loads, lines) if item["date"].startswith(month)]
    items.sort(key=lambda item: (item["date"], item["id"]))
    return {day: list(of_day) for day, of_day in groupby(items, key=lambda item: item["date"])}


class Commands:
    """The commands of an instance, each a process of its own as an office would start it."""

    def __init__(self, instance: Path) -> None:
        self.instance = instance

    def __call__(self, *words: str, as_json: bool = True) -> Any:
        """What a command reports; one that fails ends the bench."""
        command = [sys.executable, "-m", "publisher", "--instance", str(self.instance), *words]
        done = subprocess.run(
            [*command, "--json"] if as_json else command,
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(words)[:200]}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout) if as_json else done.stdout


def peak_of_children() -> float:
    """The most memory one finished child process held, MB."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3


def found(instance: Path) -> Commands:
    """An office with a daily digest and one person of each kind of work."""
    commands = Commands(instance)
    commands("init", "--name", "云汀市人民政府办公室", as_json=False)
    app = create_app(read_settings(instance))
    with app.app_context(), database.writing():
        factories.serial("每日摘报", code="mrzb", layout="digest")
        for account, role in (
            ("zhou", Role.EDITOR),
            ("wang", Role.CHECKER),
            ("li", Role.DIRECTOR),
            ("zhao", Role.REPORTER),
            ("xu", Role.RESEARCHER),
            ("sun", Role.OFFICER),
        ):
            factories.person(role).account = account
        factories.leader("沈明远").account = "shen"
        db.session.commit()
    return commands


class Browser:
    """One signed-in person."""

    def __init__(self, address: str, account: str) -> None:
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)
        self._token = ""
        self.get("/sign-in")
        self.post("/sign-in", account=account, password=factories.PASSWORD)

    def get(self, path: str) -> str:
        """A page's text; an error ends the bench."""
        quoted = urllib.parse.quote(path, safe="/?=&+:")
        with self._opener.open(self.address + quoted, timeout=60) as answer:
            return self._kept(answer.read().decode())

    def post(self, path: str, **fields: str) -> str:
        """Send a form; the text of the page it leads to."""
        body = urllib.parse.urlencode({"csrf_token": self._token, **fields}).encode()
        with self._opener.open(self.address + path, body, timeout=60) as answer:
            return self._kept(answer.read().decode())

    def _kept(self, text: str) -> str:
        if found := TOKEN.search(text):
            self._token = found.group(1)
        return text

    def seconds(self, path: str) -> float:
        """How long a page takes."""
        started = time.perf_counter()
        self.get(path)
        return time.perf_counter() - started


@contextmanager
def served(instance: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The site and its worker on a free port: the address and the process above both."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "publisher", "--instance", str(instance), "serve"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={"JIANBAO_PORT": str(port), "PATH": "/usr/bin:/bin", "HOME": str(Path.home())},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _try in range(120):
            try:
                urllib.request.urlopen(f"{address}/health", timeout=1).close()  # noqa: S310
                break
            except OSError:
                time.sleep(0.25)
        yield address, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def memory(process: psutil.Process) -> dict[str, float]:
    """MB held by each kind of process below: a web process, the worker with its typesetter."""
    web: list[float] = []
    worker = 0.0
    for child in process.children():
        own = child.memory_info().rss / 1e6
        below = [one.memory_info().rss / 1e6 for one in child.children(recursive=True)]
        if "gunicorn" in " ".join(child.cmdline()):
            web += below
        else:
            worker = own + sum(below)
    return {"web process": max(web), "worker with its typesetting child": worker}
