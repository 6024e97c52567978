"""In this bench old issues go onto paper and come back: how many titles are read right.

Run from the checkout, with the real data beside it: `python -m tests.bench.bench_old_issues 200`.
Real days of news are set by our own press as Word and PDF and by LibreOffice as PDF, then read as
any old file is. A title counts as right where masthead and date are, and it stands at its place;
spaces do not count, for a line break on paper hides them. Our own PDF is read twice: by the source
it carries, and by its pages alone, as it is when another program has written it anew.

`--published INSTANCE` reads the Word and PDF files that an office has in its archive.
"""

from __future__ import annotations

import gzip
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import layouts
from publisher.retrospect import pages, word
from publisher.retrospect.carried import read_carried
from publisher.retrospect.drafts import Draft, Known
from publisher.retrospect.paragraphs import tight
from publisher.retrospect.recognition import recognise

DATA = Path(__file__).parents[3].parent / "shared" / "data"
KNOWN = Known(("每日要情", "政务信息", "每日摘报"), frozenset({"工作动态", "经验做法"}))
LAYOUTS = ("regular", "digest", "situation", "regular")
AT_ONCE = 20
OF_PUBLISHED = 5
"""Of the published issues every so many-th goes through LibreOffice, which takes long."""
SEED = 20261128


Reader = Callable[[bytes], Draft]


def by_word(content: bytes) -> Draft:
    """Read as the office does, without the child process."""
    return recognise(word.read_docx(content), KNOWN)


def by_source(content: bytes) -> Draft:
    """Read as the office does: by the source where the pages bear it out, else by the pages."""
    extract = pages.read_pdf(content)
    return read_carried(extract, KNOWN) or recognise(extract, KNOWN)


def by_pages(content: bytes) -> Draft:
    """Read by the pages alone."""
    return recognise(pages.read_pdf(content), KNOWN)


def main() -> None:
    if sys.argv[1:2] == ["--published"]:
        _published(Path(sys.argv[2]))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    chance = random.Random(SEED)  # noqa: S311 - the same in every run
    papers = list(_papers(count, chance))
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        for number, source in enumerate(papers):
            document = layouts.compose(layouts.read_source(source))
            made = layouts.typeset(document, "docx", images={})
            (folder / f"{number:04d}.docx").write_bytes(made.content)
            if number % 4 == 0:
                pdf = layouts.typeset(document, "pdf", images={})
                (folder / f"{number:04d}.own.pdf").write_bytes(pdf.content)
        _convert(sorted(folder.glob("*.docx")), folder)
        for what, ending, reader in (
            ("Word, by our press", "docx", by_word),
            ("PDF, by our press (each fourth), by its source", "own.pdf", by_source),
            ("PDF, by our press (each fourth), by its pages", "own.pdf", by_pages),
            ("PDF, by LibreOffice", "pdf", by_pages),
        ):
            paths = [folder / f"{number:04d}.{ending}" for number in range(count)]
            _tell(what, [one for one in zip(papers, paths, strict=True) if one[1].exists()], reader)


def _published(instance: Path) -> None:
    """Read what an office has published: its Word and PDF, and some as LibreOffice makes a PDF."""
    found = [
        (json.loads((path.parent / "source.json").read_text(encoding="utf-8")), path)
        for path in sorted((instance / "archive").rglob("issue.pdf"))
    ]
    _tell("Word of the archive", [(source, _word(path)) for source, path in found], by_word)
    carried, looked_at = Tally(), Tally()
    for source, path in found:
        extract = pages.read_pdf(path.read_bytes())
        draft = recognise(extract, KNOWN)
        looked_at.add(source, draft)
        carried.add(source, read_carried(extract, KNOWN) or draft)
    carried.tell("PDF of the archive, by its source")
    looked_at.tell("PDF of the archive, by its pages")
    with tempfile.TemporaryDirectory() as kept:
        folder, some = Path(kept), found[::OF_PUBLISHED]
        for number, (_source, path) in enumerate(some):
            shutil.copyfile(_word(path), folder / f"{number:04d}.docx")
        _convert(sorted(folder.glob("*.docx")), folder)
        made = [folder / f"{number:04d}.pdf" for number in range(len(some))]
        sources = [source for source, _path in some]
        by_other = list(zip(sources, made, strict=True))
        _tell(f"PDF by LibreOffice, of each {OF_PUBLISHED}th", by_other, by_pages)


def _word(path: Path) -> Path:
    return path.with_name("issue.docx")


def _papers(count: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    news = DATA / "news"
    with gzip.open(news / "items.jsonl.gz", "rt", encoding="utf-8") as file:
        items = {one["id"]: one for one in map(json.loads, file)}
    with gzip.open(news / "issues.jsonl.gz", "rt", encoding="utf-8") as file:
        issues = [json.loads(line) for line in file]
    for number, issue in enumerate(chance.sample(issues, count), 1):
        ids = [one for one in issue["item_ids"] if one in items]
        ids = ids[: chance.choice([1, 3, 6, 10, 14])]
        articles = [_article(items[one], chance) for one in ids]
        half = len(articles) // 2
        sections = [{"title": "", "articles": articles}]
        if half and chance.random() < 0.5:
            sections = [
                {"title": "工作动态", "articles": articles[:half]},
                {"title": "经验做法", "articles": articles[half:]},
            ]
        yield {
            "form": 1,
            "layout": LAYOUTS[number % len(LAYOUTS)],
            "serial": "每日要情",
            "number": number,
            "total": 1000 + number,
            "year": int(issue["date"][:4]),
            "series": "main",
            "number_line": f"第{number}期（总第{1000 + number}期）",
            "date": issue["date"],
            "office": "云汀市人民政府办公室编",
            "handling": "内部资料　注意保存",
            "urgency": "",
            "copy_number": "",
            "edition": 1,
            "correction": "",
            "editor_note": "",
            "sections": sections,
            "imprint": {
                "to_superior": "市委、市政府领导。",
                "to_peer": "",
                "to_subordinate": "各县（市、区）人民政府，市政府各部门。",
                "extra": "",
                "signer": "李签",
                "checker": "王核",
                "editor": "周立言",
                "phone": "0999-2210001",
                "print_run": 85,
            },
            "archive_number": "",
            "language": "zh-CN",
        }


def _article(item: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    return {
        "id": f"item-{item['id']}",
        "title": item["title"],
        "body": item["body"].replace("\n", "\n\n"),
        "source_line": chance.choice(["", "清溪县政府办公室供稿", "市水利局报送"]),
        "stage": "",
        "instructions": [],
    }


def _convert(paths: list[Path], folder: Path) -> None:
    for first in range(0, len(paths), AT_ONCE):
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--convert-to",
                "pdf",
                "--outdir",
                str(folder),
                *map(str, paths[first : first + AT_ONCE]),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@dataclass
class Tally:
    """What was read right."""

    issues: int = 0
    right: int = 0
    total: int = 0
    heads: int = 0
    sure: int = 0
    sure_and_right: int = 0
    began: float = field(default_factory=time.perf_counter)

    def add(self, source: dict[str, Any], draft: Draft) -> None:
        """Hold what was read of an issue against its source."""
        wanted = [
            tight(one["title"]) for section in source["sections"] for one in section["articles"]
        ]
        found = [tight(one.title) for one in draft.articles]
        head = (draft.serial, draft.number, draft.total, draft.dated_on) == (
            source["serial"],
            source["number"],
            source["total"],
            source["date"],
        )
        self.issues += 1
        self.heads += head
        self.total += len(wanted)
        self.right += sum(
            head and place < len(found) and found[place] == title
            for place, title in enumerate(wanted)
        )
        if not draft.doubts:
            self.sure += 1
            self.sure_and_right += head and found == wanted

    def tell(self, what: str) -> None:
        """Print it."""
        seconds = time.perf_counter() - self.began
        print(
            f"{what}: {self.issues} issues, {self.right} of {self.total} items right "
            f"({self.right / self.total:.2%}), {self.heads} mastheads right, {self.sure} without a "
            f"doubt, {self.sure_and_right} of these wholly right, {seconds / self.issues:.2f} s an "
            f"issue",
            flush=True,
        )


def _tell(what: str, papers: Sequence[tuple[dict[str, Any], Path]], reader: Reader) -> None:
    tally = Tally()
    for source, path in papers:
        tally.add(source, reader(path.read_bytes()))
    tally.tell(what)


if __name__ == "__main__":
    main()
