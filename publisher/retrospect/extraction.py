"""In this file a hostile file is read in a child process with limits, and LibreOffice is asked.

Run as a program it reads a file from its standard input and prints what it holds as JSON; it is
given so much memory and time, whatever the file does to a parser.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from flask_babel import gettext as _

from publisher.attachments import packages, protection, texts
from publisher.attachments.actions import BROKEN
from publisher.errors import InputRefused
from publisher.retrospect.errors import Unreadable
from publisher.retrospect.pages import read_pdf
from publisher.retrospect.paragraphs import Extract, Paragraph, from_json
from publisher.retrospect.scans import PICTURES, bound
from publisher.retrospect.word import read_docx

SECONDS = 60
MEMORY = 2 * 1024**3
OFFICE_SECONDS = 120
OFFICE_MEMORY = 4 * 1024**3
MOST_FILES = 2000
MOST_UNPACKED = 500 * 1024 * 1024
REFUSED = 3
"""The child's exit code for a file that it refuses in a sentence."""
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


@dataclass(frozen=True)
class Read:
    """What a file holds, and its pages as a PDF where they can be made."""

    extract: Extract
    pdf: bytes | None


def read(content: bytes, form: str) -> Read:
    """Read a file of one of the forms of `actions.FORMS`; raises `Unreadable`.

    A picture becomes a PDF whose pages are all scanned.
    """
    if form == "txt":
        return Read(read_text(content), None)
    if form in PICTURES:
        content, form = bound(content), "pdf"
    if form == "pdf":
        return Read(in_child(content, "pdf"), content)
    if form in {"doc", "docx"} and protection.is_locked(content):
        raise Unreadable("文件设有打开密码或受权限保护，请取消保护后再补录。")
    if form == "doc":
        content = convert(content, "doc", "docx")
    extract = in_child(content, "docx")
    with contextlib.suppress(Unreadable):
        return Read(extract, convert(without_links(content), "docx", "pdf"))
    return Read(extract, None)


def read_text(content: bytes) -> Extract:
    """The lines of a plain text, in UTF-8 or in the older Chinese encoding."""
    try:
        text, _charset = texts.decoded(content)
    except texts.NotText as error:
        raise Unreadable("文本既不是 UTF-8 也不是 GB18030 编码，读不出来。") from error
    lines = [line.strip(" \u3000\t") for line in text.splitlines()]
    return Extract(tuple(Paragraph(line) for line in lines if line))


def in_child(content: bytes, form: str) -> Extract:
    """What a Word or PDF file holds, read by a child of limited means; raises `Unreadable`."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "publisher.retrospect.extraction", form],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable("文件过于复杂，规定时间内没有读完。") from error
    if done.returncode == REFUSED:
        raise Unreadable(done.stdout.decode())
    if done.returncode != 0:
        raise Unreadable("文件已损坏或结构异常，没有读出来。")
    return from_json(json.loads(done.stdout))


def unpacked(content: bytes) -> Iterator[tuple[str, bytes | None]]:
    """The files of a ZIP with their names, one after the other; nothing for one that is damaged.

    Names in the older Chinese encoding are read as such. Raises `InputRefused` before the first for
    a ZIP that is not to be trusted.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = [one for one in package.infolist() if not one.is_dir()]
            if any(map(packages.is_locked, entries)):
                raise InputRefused(_("压缩包设有密码，请解除密码后再传。"))
            if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > MOST_UNPACKED:
                raise InputRefused(
                    _("压缩包过大：最多 %(n)s 个文件，展开后不超过 500 MB。", n=MOST_FILES)
                )
            for one in entries:
                if not _name_of(one).rpartition("/")[2].startswith((".", "~$", "__")):
                    yield _name_of(one), _part(package, one)
    except packages.BROKEN as error:
        raise InputRefused(_("压缩包已损坏，打不开。")) from error


def _part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    try:
        return packages.part_of(package, entry)
    except packages.BROKEN:
        return None


def _name_of(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return entry.filename


def count_pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def has_office() -> bool:
    """Whether LibreOffice is installed on this machine."""
    return shutil.which("soffice") is not None


def convert(content: bytes, form: str, to: str) -> bytes:
    """A file as LibreOffice writes it in another form; raises `Unreadable`.

    It gets a profile of its own for this one run: no macro runs, no link is followed.
    """
    program = shutil.which("soffice")
    if program is None:
        raise Unreadable("本机没有安装 LibreOffice，读不了 .doc 文件，请另存为 .docx 后再补录。")
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        (folder / f"file.{form}").write_bytes(content)
        (folder / "profile" / "user").mkdir(parents=True)
        (folder / "profile" / "user" / "registrymodifications.xcu").write_text(
            PROFILE, encoding="utf-8"
        )
        _run_office(
            [
                program,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--norestore",
                "--convert-to",
                to,
                "--outdir",
                str(folder / "out"),
                str(folder / f"file.{form}"),
            ]
        )
        made = folder / "out" / f"file.{to}"
        if not made.is_file():
            raise Unreadable("LibreOffice 打不开这个文件，可能已损坏或设有密码。")
        return made.read_bytes()


def _run_office(command: list[str]) -> None:
    limited = ["sh", "-c", f'ulimit -v {OFFICE_MEMORY // 1024}; exec "$@"', "sh", *command]
    with subprocess.Popen(  # noqa: S603 - LibreOffice with names of our own
        limited,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(OFFICE_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise Unreadable("LibreOffice 在规定时间内没有打开这个文件。") from error
        finally:
            # Whatever it started ends with it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def without_links(content: bytes) -> bytes:
    """A Word file without anything that lies outside of it, and without macros.

    Raises `Unreadable` where a part is damaged that its text does not need.
    """
    try:
        return _packed_anew(content)
    except (*packages.BROKEN, *BROKEN) as error:
        raise Unreadable("文件里有一部分已损坏。") from error


def _packed_anew(content: bytes) -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as package,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as clean,
    ):
        for entry in package.infolist():
            if "vbaProject" in entry.filename or entry.is_dir():
                continue
            part = packages.part_of(package, entry)
            if entry.filename.endswith(".rels"):
                part = _without_external(part)
            clean.writestr(entry.filename, part)
    return made.getvalue()


def _without_external(part: bytes) -> bytes:
    from lxml import etree  # noqa: PLC0415 - only where a Word file is set as pages

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(part, parser)
    if root is None:
        return part
    for one in list(root):
        if one.get("TargetMode") == "External":
            root.remove(one)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def main() -> None:
    """Read what stands on the standard input, within limits."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    content = sys.stdin.buffer.read()
    try:
        found = read_pdf(content) if sys.argv[1] == "pdf" else read_docx(content)
    except Unreadable as error:
        sys.stdout.buffer.write(error.sentence.encode())
        sys.exit(REFUSED)
    sys.stdout.buffer.write(json.dumps(found.as_json()).encode())


if __name__ == "__main__":
    main()
