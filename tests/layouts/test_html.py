"""In this file we try the reading page and the editor's preview: same blocks, nothing harmful."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

import layouts
from tests.layouts import samples

NASTY = '<script>alert("x")</script>&"\'><img src=x onerror=alert(1)>'


def page_of(data: dict[str, Any], **more: Any) -> html.HtmlElement:
    edition = layouts.typeset(samples.document(data), "html", **more)
    return html.fragment_fromstring(edition.content.decode())


class TestReadingPage:
    def test_it_is_one_article_element_without_head_or_style(self) -> None:
        page = page_of(samples.source())
        assert (page.tag, page.get("class")) == ("article", "issue issue--regular")
        assert not list(page.iter("style", "script", "link", "head"))

    def test_every_block_has_its_anchor(self) -> None:
        page = page_of(
            samples.with_body("甲\n\n## 乙\n\n- 丙\n\n| 丁 | 戊 |\n|---|---|\n| 1 | 2 |")
        )
        names = [node.get("data-block") for node in page.iter() if node.get("data-block")]
        assert names == ["item-1-p1", "item-1-p2", "item-1-p3", "item-1-p4"]
        assert all(page.get_element_by_id(name) is not None for name in names)

    def test_whatever_is_typed_into_any_field_stays_text(self) -> None:
        data = samples.source(
            serial=NASTY[:60], office=NASTY, handling=NASTY[:60], copy_number=NASTY[:20],
            correction=NASTY, editor_note=NASTY, number_line=NASTY,
            sections=[
                {
                    "title": NASTY[:60],
                    "articles": [
                        samples.article(
                            "item-1", NASTY, NASTY, source_line=NASTY, stage="<b>一</b>",
                            instructions=[{"leader": NASTY[:60], "text": NASTY}],
                        )
                    ],
                }
            ],
            imprint={"to_peer": NASTY, "signer": NASTY},
        )  # fmt: skip
        page = page_of(data)
        assert not list(page.iter("script", "img", "iframe"))
        assert not [name for node in page.iter() for name in node.attrib if name.startswith("on")]
        assert '<script>alert("x")</script>' in page.text_content()

    def test_a_photo_gets_the_address_it_is_given(self) -> None:
        page = page_of(samples.with_body("![现场](photo:5)"), photo=lambda key: f"/p/{key}?a=1&b=2")
        (image,) = page.iter("img")
        assert (image.get("src"), image.get("alt")) == ("/p/5?a=1&b=2", "现场")

    def test_a_photo_without_address_leaves_its_words(self) -> None:
        page = page_of(samples.with_body("![现场](photo:5)"), photo=lambda _key: "")
        assert not list(page.iter("img"))
        assert "〔照片：现场〕" in page.text_content()

    def test_merged_cells_stay_merged(self) -> None:
        table = "<table><tr><th colspan=2>甲</th></tr><tr><td>1</td><td>2</td></tr></table>"
        (head,) = page_of(samples.with_body(table)).iter("th")
        assert head.get("colspan") == "2"

    def test_text_and_order_are_those_of_the_pdf(self) -> None:
        pdfplumber = pytest.importorskip("pdfplumber")
        import io  # noqa: PLC0415 - only with the PDF

        data = samples.with_body("甲段落。\n\n**乙重点。**丙文字12.5%。\n\n1. 丁\n2. 戊")
        (article,) = page_of(data).find_class("article")
        pdf = layouts.typeset(samples.document(data), "pdf").content
        with pdfplumber.open(io.BytesIO(pdf)) as opened:
            printed = "".join(char["text"] for page in opened.pages for char in page.chars)
        for text in ("甲段落。", "乙重点。丙文字12.5%。", "1.丁2.戊"):
            assert text in "".join(printed.split())
            assert text in "".join(article.text_content().split())


class TestPreview:
    def test_it_shows_what_will_be_printed(self) -> None:
        assert layouts.preview_html("**（一）重点。**汽车") == (
            '<p id="preview-p1" data-block="preview-p1"><strong>（一）重点。</strong>汽车</p>'
        )

    def test_nothing_typed_becomes_a_script(self) -> None:
        shown = layouts.preview_html(NASTY + "\n\n[x](javascript:alert(1))\n\n<a href=//x>y</a>")
        assert "<script" not in shown
        assert "javascript" not in shown
        assert "<a" not in shown
