"""In this file strings that break programs are sent in through the real form, field by field."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from publisher.people.permission import Role
from tests import factories
from tests.publisher.attachments import samples
from tests.publisher.people.browsing import Browser
from tests.publisher.submissions.sending import file, kept, shown_in, typed

pytestmark = pytest.mark.usefixtures("records")

PLAIN = "平常的一句话"
SHORT = ("drafter", "unit_signer", "signer_phone")
FIELDS = ("title", "body", "source", *SHORT)
MARKS = set("<>&\"'`{")
LIVE = ("onload", "onerror", "onclick", "onmouseover", "onfocus", "style", "srcdoc", "formaction")
INJECTED = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    '"><script>alert(1)</script>',
    "'-alert(1)-'",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "{{ 7 * 191 }}",
    "{% raw %}",
    "<!--<script>alert(1)//-->",
    "'; DROP TABLE submission; --",
)


class Page(HTMLParser):
    """The elements of a page with the names of their attributes, and its visible text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _value in attrs)))
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


@pytest.fixture
def reporters(app: Flask) -> Browser:
    return Browser(app, factories.person(Role.REPORTER, name="赵报"))


@pytest.fixture(scope="module")
def naughty(shared_data: Path) -> list[str]:
    """Every line of the big list, each once, without its own remarks."""
    text = (shared_data / "hostile-text" / "blns.txt").read_text(encoding="utf-8")
    lines = (line for line in text.split("\n") if line and not line.startswith("#"))
    return list(dict.fromkeys(lines))


def send(browser: Browser, line: str) -> TestResponse:
    """Send a line in every field; where it is refused, once more with plain words there."""
    given = typed(**dict.fromkeys(FIELDS, line))
    answer = browser.post("/submissions/new", given)
    if answer.status_code == 302:
        return answer
    assert answer.status_code == 422, line
    assert "还有内容需要改正，已填写的内容都在。" in answer.text
    page = Page(answer.text)
    refused = [field for field in FIELDS if f'id="{field}-error"' in answer.text]
    assert refused, line
    assert ("script", ()) not in page.elements
    for field in FIELDS:
        assert shown_in(answer.text, field) == line, (field, line)
    if line.strip():
        again = browser.post("/submissions/new", given | dict.fromkeys(refused, PLAIN))
        assert again.status_code == 302, line
        return again
    return answer


class TestEveryField:
    def test_each_naughty_line_is_refused_in_words_or_kept_exactly_and_shown_as_text(
        self, reporters: Browser, naughty: list[str]
    ) -> None:
        plain = send(reporters, PLAIN).location or ""
        lines = naughty[::2]
        places = {line: send(reporters, line).location for line in lines}
        reporters.get("/submissions")  # shows the notices of what was sent, so no later page does
        pattern = Page(reporters.get(plain).text).elements
        received = {f"/submissions/{one.id}": one for one in kept()}
        exact = 0
        for line, place in places.items():
            if place is None:
                assert not line.strip()
                continue
            one = received[place]
            assert one.title in {line.strip(), PLAIN}
            for field in ("body", "source", *SHORT):
                assert getattr(one, field) in {line, PLAIN}, (field, line)
            exact += one.body == line and one.title == line.strip()
            if not set(line) & MARKS:
                continue
            answer = reporters.get(place)
            assert answer.status_code == 200, line
            page = Page(answer.text)
            assert page.elements == pattern, line
            assert one.body in page.text
        assert exact > 0.95 * len(lines)

    def test_text_that_looks_like_markup_adds_no_element_to_any_page(
        self, app: Flask, reporters: Browser
    ) -> None:
        editor = Browser(app, factories.person(Role.EDITOR, name="周编"))
        for line in (PLAIN, *INJECTED):
            photo = file(samples.photo(), "大厅.png")
            given = typed(**dict.fromkeys(FIELDS, line), files=[photo], captions=line)
            assert reporters.post("/submissions/new", given).status_code == 302, line
        numbers = [one.id for one in kept()]
        for path in ("/submissions/{}", "/submissions/{}/again", "/threads/submission:{}"):
            pages = [Page(editor.get(path.format(number)).text) for number in numbers]
            assert all(page.elements == pages[0].elements for page in pages), path
        for browser, path in ((reporters, "/submissions"), (editor, "/desk"), (editor, "/")):
            page = Page(browser.get(path).text)
            assert all(line in page.text for line in INJECTED if path != "/"), path
            assert not any(set(names) & set(LIVE) for _tag, names in page.elements), path
            assert "1337" not in page.text

    def test_a_caption_is_kept_and_shown_as_text(self, reporters: Browser) -> None:
        photo = file(samples.photo(), "大厅.png")
        reporters.post("/submissions/new", typed(files=[photo], captions=INJECTED[1]))
        (one,) = kept()
        assert one.files[0].attachment.caption == INJECTED[1]
        page = Page(reporters.get(f"/submissions/{one.id}").text)
        assert INJECTED[1] in page.text


class TestMarkdown:
    def preview(self, browser: Browser, text: str) -> Page:
        answer = browser.post("/publication/preview", {"body": text})
        assert answer.status_code == 200
        return Page(answer.text)

    def test_raw_html_and_scripts_are_harmless_in_print(
        self, reporters: Browser, naughty: list[str]
    ) -> None:
        texts = [
            *INJECTED,
            "[点我](javascript:alert(1))",
            "[点我](JaVaScRiPt&#58;alert(1))",
            "![图](data:text/html;base64,PHNjcmlwdD4=)",
            "<a href='javascript:alert(1)'>点我</a>",
            "<iframe src='https://elsewhere.example'></iframe>",
            '<https://elsewhere.example/" onclick=alert(1)>',
            "[甲]: javascript:alert(1)\n\n[甲]",
            "\n\n".join(naughty),
        ]
        for text in texts:
            page = self.preview(reporters, text)
            tags = {tag for tag, _names in page.elements}
            assert not tags & {"script", "iframe", "object", "embed", "form", "svg", "base"}, text
            assert not any(set(names) & set(LIVE) for _tag, names in page.elements), text
            schemes = ("javascript:", "data:", "vbscript:")
            assert not any(one.strip().lower().startswith(schemes) for one in page.addresses)

    def test_a_text_of_nothing_but_openings_is_answered_soon(self, reporters: Browser) -> None:
        for text in ("[" * 20_000, "<" * 20_000, "*" * 20_000, "> " * 5_000, "`" * 20_000):
            self.preview(reporters, text)
