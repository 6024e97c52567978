"""In this file one program sets what it is told, line by line, so that it is measured from outside.

    python tests/bench/setters.py jianbao|chromium|typst [FOLDER]

With a folder it sets the issue in it and ends; without, it reads a folder from each line of its
input and answers each with a line. A folder has the same issue for everybody: source.json,
page.html, issue.typ. What is not needed by one program is not imported for it.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Setter = Callable[[Path], None]


@contextmanager
def jianbao() -> Iterator[Setter]:
    """Our PDF and our DOCX, by the warm worker of this process."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    import layouts  # noqa: PLC0415

    def set_issue(folder: Path) -> None:
        source: dict[str, Any] = json.loads((folder / "source.json").read_text(encoding="utf-8"))
        document = layouts.compose(layouts.read_source(source))
        pdf = layouts.typeset(document, "pdf")
        (folder / "jianbao.pdf").write_bytes(pdf.content)
        docx = layouts.typeset(document, "docx", places=pdf.places)
        (folder / "jianbao.docx").write_bytes(docx.content)

    yield set_issue


@contextmanager
def chromium() -> Iterator[Setter]:
    """One running browser that prints one page after the other."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as started:
        program = shutil.which("chromium")
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()

        def set_issue(folder: Path) -> None:
            page.goto((folder / "page.html").as_uri())
            page.pdf(
                path=folder / "chromium.pdf",
                prefer_css_page_size=True,
                tagged=True,
                print_background=True,
            )

        yield set_issue
        browser.close()


@contextmanager
def typst() -> Iterator[Setter]:
    """One compiler that keeps its faces and sets one file after the other."""
    import typst as program  # type: ignore[import-not-found]  # noqa: PLC0415

    fonts = program.Fonts()

    def set_issue(folder: Path) -> None:
        compiler = program.Compiler(folder / "issue.typ", root=folder, font_paths=fonts)
        compiler.compile(output=folder / "typst.pdf", format="pdf", pdf_standards="a-3u")

    yield set_issue


def main() -> None:
    """Set one issue, or one for each line."""
    name, *folders = sys.argv[1:]
    with {"jianbao": jianbao, "chromium": chromium, "typst": typst}[name]() as set_issue:
        for folder in folders or map(str.strip, sys.stdin):
            set_issue(Path(folder))
            print("set", flush=True)


if __name__ == "__main__":
    main()
