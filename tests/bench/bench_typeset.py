"""In this file we measure typesetting by hand: one issue in our presses and in other programs.

    python tests/bench/bench_typeset.py [--times 5] [--typst PYTHON] [--documents 1000]

Issues of real news, of about 8 and about 40 pages, each round another one, so that nobody gains by
what he kept of the last. Everybody has the same text, paper, type area and faces: our PDF and
DOCX; LibreOffice a PDF of our DOCX; Chromium a PDF of our page in the same CSS; typst a PDF of a
file written here. Cold is a new process, warm one that runs already; memory is the most that the
whole tree of processes held. A program that is not here is left out, and said so. `--typst` names
a Python that has the package of that name.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from offices import ROOT, real_days, show

import layouts
from layouts import grid
from layouts.document import block_text
from layouts.fonts import LATIN_FAMILIES, found_face
from layouts.html import fragment
from layouts.layout import read_layout
from layouts.pdf import worker as workers
from layouts.pdf.style import fitted_size, style_sheet
from tests.layouts.word import faces

SETTERS = Path(__file__).with_name("setters.py")
LENGTHS = {8: 0, 40: 1}
"""Pages that are wanted, and how far a found issue may be from them."""
EVERY = 0.02
"""Seconds between two looks at the memory."""


# -- the same issue for everybody ----------------------------------------------------------------


def source_of(items: list[dict[str, str]]) -> dict[str, Any]:
    """Real items as an issue of the regular layout."""
    return {
        "form": 1, "layout": "regular", "serial": "每日摘报", "number": 12, "total": 1487,
        "year": 2025, "date": "2025-03-09", "office": "云汀市人民政府办公室编",
        "handling": "内部资料　注意保存",
        "sections": [
            {
                "title": "工作动态",
                "articles": [
                    {"id": f"item-{place}", "title": item["title"], "body": item["body"]}
                    for place, item in enumerate(items, 1)
                ],
            }
        ],
        "imprint": {"to_superior": "省政府办公厅。", "signer": "周立言", "print_run": 85},
    }  # fmt: skip


def issues_of(pages: int, times: int) -> Iterator[dict[str, Any]]:
    """So many issues of about so many pages, none of whose items is in another."""
    items = [item for day in real_days().values() for item in day]
    start = 0
    for _time in range(times):
        taken = max(2, round(pages * 0.8))
        for _try in range(8):
            source = source_of(items[start : start + taken])
            document = layouts.compose(layouts.read_source(source))
            found = layouts.typeset(document, "pdf").pages or 1
            if abs(found - pages) <= LENGTHS[pages]:
                break
            step = round(taken * pages / found) - taken
            taken += step or (1 if found < pages else -1)
        start += taken
        yield source


def lay_out(source: dict[str, Any], folder: Path) -> None:
    """What each program reads, into one folder."""
    folder.mkdir()
    document = layouts.compose(layouts.read_source(source))
    (folder / "source.json").write_text(json.dumps(source, ensure_ascii=False), encoding="utf-8")
    (folder / "issue.docx").write_bytes(layouts.typeset(document, "docx").content)
    (folder / "issue.typ").write_text(typst_of(document), encoding="utf-8")
    (folder / "page.html").write_text(html_of(document), encoding="utf-8")


def html_of(document: layouts.Document) -> str:
    """Our page in the CSS of our PDF."""
    layout = read_layout(document.layout)
    size, spacing = fitted_size(layout, document.masthead.serial)
    return (
        f'<!DOCTYPE html><html lang="{document.language}"><head><meta charset="utf-8">'
        f"<title>{document.title}</title><style>{style_sheet(layout)}"
        f".issue .serial-name {{ font-size: {size}pt; letter-spacing: {spacing}pt }}</style>"
        f"</head><body>{fragment(document, layout)}</body></html>"
    )


def typst_of(document: layouts.Document) -> str:
    """The text, paper, type area and faces of our PDF in the language of typst."""
    used = {name: found_face(name).used for name in ("fang", "title", "hei")}
    latin = ", ".join(f'"{one}"' for one in LATIN_FAMILIES)

    def family(name: str) -> str:
        return f'((name: {latin.split(", ")[1]}, covers: "latin-in-cjk"), "{used[name]}")'

    leading = grid.PDF_LINE_PITCH - grid.BODY_SIZE
    masthead = document.masthead
    size, _spacing = fitted_size(read_layout(document.layout), masthead.serial)
    lines = [
        f"#set document(title: {_text(document.title)})",
        (
            f'#set page(paper: "a4", numbering: "— 1 —", margin: (top: {grid.TOP}mm, '
            f"bottom: {grid.BOTTOM}mm, left: {grid.LEFT}mm, right: {grid.RIGHT}mm))"
        ),
        (
            f'#set text(font: {family("fang")}, size: {grid.BODY_SIZE}pt, lang: "zh", '
            f'region: "cn", tracking: {grid.LETTER_SPACING}pt, '
            f"top-edge: 0.88em, bottom-edge: -0.12em)"
        ),
        (
            f"#set par(justify: true, leading: {leading}pt, spacing: {leading}pt, "
            "first-line-indent: (amount: 2em, all: true))"
        ),
        (f"#show heading: it => align(center, text(font: {family('title')}, size: 22pt, it.body))"),
        (
            f"#align(center, text(font: {family('title')}, size: {size}pt, fill: red, "
            f"{_text(masthead.serial)}))"
        ),
        f"#align(center, {_text(masthead.number_line)})",
        f"#grid(columns: (1fr, auto), {_text(masthead.office)}, {_text(masthead.date)})",
        "#line(length: 100%, stroke: 2pt + red)",
        "#outline(title: none, depth: 1)",
    ]
    for article in document.articles:
        lines.append(f"#heading({_text(article.full_title)})")
        lines += [f"#par({_text(block_text(block))})" for block in article.blocks]
    return "\n\n".join(lines)


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


# -- what is measured ----------------------------------------------------------------------------


@dataclass
class Figures:
    """Seconds and megabytes of one program at one length."""

    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    """Seconds of a processor for one warm issue: what else the machine does is not in it."""
    memory: float = 0
    pages: list[int] = field(default_factory=list)


class Watched:
    """The most memory a tree of processes held while it was watched, MB."""

    def __init__(self, process: subprocess.Popen[Any]) -> None:
        self._root = psutil.Process(process.pid)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.most = 0.0
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(EVERY):
            self.most = max(self.most, self._held())

    def _held(self) -> float:
        held = 0.0
        try:
            for one in (self._root, *self._root.children(recursive=True)):
                try:
                    held += one.memory_info().rss / 1e6
                except psutil.Error:
                    continue
        except psutil.Error:
            return held
        return held

    def worked(self) -> float:
        """Seconds of a processor the tree took until now, what has ended in it too."""
        took = 0.0
        for one in (self._root, *self._root.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                took += sum(one.cpu_times()[:4])
        return took

    def end(self) -> float:
        """Stop watching; what was the most."""
        self._ended.set()
        self._thread.join()
        return self.most


def timed_process(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds and most memory of a process from its start to its end."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, cwd=ROOT
    )
    watched = Watched(process)
    _out, errors = process.communicate(timeout=600)
    took = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(f"{' '.join(command)[:200]}: {errors.decode()[-800:]}")
    return took, watched.end()


@contextmanager
def running(command: list[str]) -> Iterator[tuple[Callable[[Path], None], Watched]]:
    """A setter that runs and is told one folder after the other."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdin is not None
    assert process.stdout is not None
    sink, source = process.stdin, process.stdout

    def set_issue(folder: Path) -> None:
        sink.write(f"{folder}\n")
        sink.flush()
        if source.readline() != "set\n":
            raise SystemExit(f"{' '.join(command)}: no answer")

    watched = Watched(process)
    try:
        yield set_issue, watched
    finally:
        watched.end()
        sink.close()
        process.wait(60)


class Setter:
    """A program behind `setters.py`."""

    def __init__(self, name: str, python: str = sys.executable) -> None:
        self.name, self.python = name, python

    def missing(self) -> str:
        """What is not here, empty where it can be measured."""
        module = {"jianbao": "layouts", "chromium": "playwright"}.get(self.name, self.name)
        tried = subprocess.run([self.python, "-c", f"import {module}"], check=False, cwd=ROOT,
                               capture_output=True)  # fmt: skip
        if tried.returncode:
            return f"{self.python} has no {module}"
        return "" if self.name != "chromium" or shutil.which("chromium") else "no chromium"

    def command(self) -> list[str]:
        """What starts it."""
        return [self.python, str(SETTERS), self.name]

    def cold(self, folder: Path) -> tuple[float, float]:
        """Seconds and memory of a new process."""
        return timed_process([*self.command(), str(folder)], dict(os.environ))

    @contextmanager
    def warm(self) -> Iterator[tuple[Callable[[Path], None], Watched]]:
        """The running program."""
        with running(self.command()) as ready:
            yield ready


class Chromium(Setter):
    """A browser; started for one print it needs nobody to drive it."""

    def cold(self, folder: Path) -> tuple[float, float]:
        """Seconds and memory of a new process."""
        command = [
            str(shutil.which("chromium")), "--headless", "--no-sandbox", "--no-pdf-header-footer",
            f"--print-to-pdf={folder / 'chromium.pdf'}", (folder / "page.html").as_uri(),
        ]  # fmt: skip
        return timed_process(command, dict(os.environ))


class LibreOffice:
    """LibreOffice; warm it is a listener in whose profile a second command hands its file over."""

    name = "libreoffice"

    def __init__(self, folder: Path) -> None:
        self.profile = folder / "profile"
        fonts = folder / "fonts.conf"
        fonts.write_text(faces(), encoding="utf-8")
        self.environment = os.environ | {"FONTCONFIG_FILE": str(fonts)}

    def missing(self) -> str:
        """What is not here, empty where it can be measured."""
        return "" if shutil.which("soffice") else "no soffice"

    def _command(self, *words: str) -> list[str]:
        profile = f"-env:UserInstallation={self.profile.as_uri()}"
        return [str(shutil.which("soffice")), profile, "--headless", *words]

    def _convert(self, folder: Path) -> list[str]:
        words = ("--convert-to", "pdf", "--outdir", str(folder), str(folder / "issue.docx"))
        return self._command(*words)

    def cold(self, folder: Path) -> tuple[float, float]:
        """Seconds and memory of a new process in a profile that is there."""
        answer = timed_process(self._convert(folder), self.environment)
        (folder / "issue.pdf").replace(folder / "libreoffice.pdf")
        return answer

    @contextmanager
    def warm(self) -> Iterator[tuple[Callable[[Path], None], Watched]]:
        """The running program."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        accept = f"--accept=socket,host=127.0.0.1,port={port};urp;"
        process = subprocess.Popen(
            self._command("--norestore", "--nologo", accept),
            env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _try in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.2)
        watched = Watched(process)

        def set_issue(folder: Path) -> None:
            made = folder / "issue.pdf"
            subprocess.run(self._convert(folder), env=self.environment, check=True,
                           capture_output=True, timeout=300)  # fmt: skip
            # The command ends when the listener has taken the file, not when it is set.
            size = -1
            while not made.is_file() or (now := made.stat().st_size) != size or not now:
                size = made.stat().st_size if made.is_file() else -1
                time.sleep(0.01)
            made.replace(folder / "libreoffice.pdf")

        try:
            yield set_issue, watched
        finally:
            watched.end()
            for one in psutil.Process(process.pid).children(recursive=True):
                one.terminate()
            process.terminate()
            process.wait(30)


Program = Setter | LibreOffice


def measure(program: Program, folders: list[Path], figures: Figures) -> None:
    """Each folder once cold, then each once warm after one that is not counted."""
    for folder in folders[1:]:
        took, memory = program.cold(folder)
        figures.cold.append(took)
        figures.memory = max(figures.memory, memory)
    with program.warm() as (set_issue, watched):
        set_issue(folders[0])
        for folder in folders[1:]:
            started, before = time.perf_counter(), watched.worked()
            set_issue(folder)
            figures.warm.append(time.perf_counter() - started)
            figures.work.append(watched.worked() - before)
    figures.memory = max(figures.memory, watched.most)
    figures.pages = [pages_of(folder / f"{program.name}.pdf") for folder in folders[1:]]


def pages_of(path: Path) -> int:
    """How many pages a PDF has."""
    import pypdfium2  # noqa: PLC0415

    document = pypdfium2.PdfDocument(path)
    try:
        return len(document)
    finally:
        document.close()


def compare(programs: list[Program], folder: Path, times: int) -> None:
    """Print each program's figures at each length, and ours as a share of theirs."""
    for wanted in LENGTHS:
        folders = []
        for number, source in enumerate(issues_of(wanted, times + 1)):
            folders.append(folder / f"{wanted}-{number}")
            lay_out(source, folders[-1])
        found: dict[str, Figures] = {}
        for program in programs:
            measure(program, folders, found.setdefault(program.name, Figures()))
            one = found[program.name]
            print(f"-- {program.name}, {wanted} pages wanted")
            show("pages, each round", " ".join(map(str, one.pages)))
            show("cold, s, median", statistics.median(one.cold))
            show("warm, s, median", statistics.median(one.warm))
            show("warm, s of a processor, median", statistics.median(one.work))
            show("warm, s, least and most", f"{min(one.warm):.3f} {max(one.warm):.3f}")
            show("most memory, MB", one.memory)
        ours = found["jianbao"]
        for name, one in found.items():
            if name != "jianbao":
                for what in ("warm", "work"):
                    theirs = statistics.median(getattr(one, what))
                    if theirs:
                        share = statistics.median(getattr(ours, what)) / theirs
                        show(f"ours, DOCX and PDF, to {name}'s PDF, {what}", share)


def grow(documents: int) -> None:
    """Let one child set so many short issues; print what it holds on the way."""
    workers.RENEWED_AFTER = documents + 1
    items = [item for day in real_days().values() for item in day if len(item["body"]) < 500]
    worker = workers.worker_for(None)
    started = time.perf_counter()
    marks = {1, 10, 50, *range(100, documents + 1, max(100, documents // 10))}
    for number in range(1, documents + 1):
        one = source_of([items[number % len(items)]])
        layouts.typeset(layouts.compose(layouts.read_source(one)), "pdf")
        if number in marks:
            child = worker._child
            assert child is not None
            show(
                f"held after {number} issues, MB", psutil.Process(child.pid).memory_info().rss / 1e6
            )
    show("short issues, s each", (time.perf_counter() - started) / documents)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--typst", default=sys.executable, help="A Python that has typst.")
    parser.add_argument("--documents", type=int, default=1000, help="0: do not try the growth.")
    parser.add_argument("--only", action="append", help="One of the programs, again for more.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted: list[Program] = [
            Setter("jianbao"), LibreOffice(folder), Chromium("chromium"),
            Setter("typst", asked.typst),
        ]  # fmt: skip
        programs = []
        for program in wanted:
            if asked.only and program.name not in (*asked.only, "jianbao"):
                continue
            if missing := program.missing():
                print(f"-- {program.name} is left out: {missing}")
            else:
                programs.append(program)
        if asked.times:
            compare(programs, folder, asked.times)
    if asked.documents:
        grow(asked.documents)


if __name__ == "__main__":
    main()
