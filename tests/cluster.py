"""In this file tests start a real OpenSearch of one node, out of what ./check fetched."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ROOT / ".venv/jianbao/opensearch"
NODE = ROOT / "tests/search/node/OneNode.java"
MEMORY = "512m"
PATIENCE_SECONDS = 120.0


def java() -> str | None:
    """The Java that runs it, if the parts are there too."""
    found = shutil.which("java")
    return found if found and shutil.which("javac") and PARTS.is_dir() else None


class Node:
    """One server, which can be stopped and started again on the same data and address."""

    def __init__(self, program: str, home: Path) -> None:
        self._program, self._home = program, home
        self._port = "0"
        self._process: subprocess.Popen[bytes] | None = None
        (home / "config").mkdir()

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        port_file = self._home / "port"
        port_file.unlink(missing_ok=True)
        log = self._home / "log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [
                    self._program, f"-Xms{MEMORY}", f"-Xmx{MEMORY}", "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1", "-Dlog4j2.level=ERROR",
                    "-cp", f"{PARTS}/*", str(NODE), str(self._home), self._port,
                ],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
            )  # fmt: skip
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not port_file.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"OpenSearch did not start: {log.read_text()[-2000:]}")
            time.sleep(0.1)
        self._port = port_file.read_text()

    def stop(self) -> None:
        """End it, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None


@contextmanager
def own_node(program: str) -> Iterator[Node]:
    """A server in a temporary folder, gone at the end."""
    home = Path(tempfile.mkdtemp(prefix="jbos"))
    node = Node(program, home)
    try:
        node.start()
        yield node
    finally:
        node.stop()
        shutil.rmtree(home, ignore_errors=True)
