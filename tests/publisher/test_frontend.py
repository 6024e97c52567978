"""In this file templates, style sheets and scripts are held to the rules of docs/frontend.md."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask, render_template
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired

from publisher import answers

PUBLISHER = Path(__file__).parents[2] / "publisher"
TEMPLATES = sorted((PUBLISHER / "templates").rglob("*.html"))
SCRIPTS = sorted((PUBLISHER / "assets" / "src").glob("*.js"))
STYLES = sorted((PUBLISHER / "assets" / "src").glob("*.css"))
CHINESE = re.compile(r"[\u3400-\u9fff]")
FORBIDDEN = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a handler in an attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\bhx-on\b"),
    "a computed hx-vals": re.compile(r"hx-(vals|vars|headers)\s*=\s*[\"'](js|javascript):"),
    "a filter in hx-trigger": re.compile(r"hx-trigger\s*=\s*\"[^\"]*\[[^\"]*\]"),
    "a script address": re.compile(r"(href|src|action)\s*=\s*[\"']\s*javascript:", re.IGNORECASE),
    "something from outside": re.compile(r"(href|src|action)\s*=\s*[\"'](https?:)?//"),
}
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def name_of(path: Path) -> str:
    return path.relative_to(PUBLISHER).as_posix()


class TestTemplates:
    @pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
    def test_nothing_stands_inline(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        found = [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]
        assert found == []
        for attributes, content in SCRIPT.findall(text):
            assert "application/json" in attributes or not content.strip()

    @pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
    def test_every_word_is_translated(self, path: Path) -> None:
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        said = r"\s*(\"[^\"]*\"|'[^']*')"
        text = re.sub(rf"\b[np]gettext\({said},{said}", "", text)
        text = re.sub(rf"\b(_|gettext)\({said}", "", text)
        text = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", "", text, flags=re.DOTALL)
        assert CHINESE.findall(text) == []


class TestScripts:
    def test_they_show_only_words_of_the_server(self) -> None:
        for path in SCRIPTS:
            code = re.sub(
                r"^\s*(//|\*|/\*).*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE
            )
            assert CHINESE.search(code) is None, path.name

    def test_every_word_they_ask_for_is_there_and_no_other(self, app: Flask) -> None:
        asked = {
            key
            for path in SCRIPTS
            for call in re.findall(r"\bword\(([^()]*)", path.read_text(encoding="utf-8"))
            for key in re.findall(r'"(\w+)"', call)
        }
        with app.test_request_context():
            page = render_template("shared/words.html")
        words = json.loads(SCRIPT.findall(page)[0][1])
        assert asked == set(words)
        assert words["page_of"] == "第 %(n)s 页，共 %(all)s 页"

    def test_every_module_a_template_asks_for_is_known(self) -> None:
        app_js = (PUBLISHER / "assets" / "src" / "app.js").read_text(encoding="utf-8")
        known = set(re.findall(r'import\("\./(\w+)\.js"\)', app_js))
        asked = {
            name
            for path in TEMPLATES
            for name in re.findall(r'data-module="(\w+)"', path.read_text(encoding="utf-8"))
        }
        assert asked <= known

    def test_no_text_is_run_as_code(self) -> None:
        for path in SCRIPTS:
            code = path.read_text(encoding="utf-8")
            assert not re.search(r"\beval\(|new Function\(|document\.write", code), path.name


class TestStyles:
    def test_nothing_comes_from_outside(self) -> None:
        for path in STYLES:
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"url\(|https?:", text), path.name

    @pytest.mark.parametrize(
        ("text", "ground", "least"),
        [
            ("ink", "paper", 7), ("ink-soft", "ground", 4.5), ("ink-soft", "ground-deep", 4.5),
            ("ink-faint", "ground", 4.5), ("accent", "paper", 4.5),
            ("accent-deep", "accent-soft", 4.5), ("bar-soft", "bar", 4.5), ("paper", "bar", 7),
            ("red", "paper", 4.5), ("red", "red-soft", 4.5), ("amber", "amber-soft", 4.5),
            ("green", "green-soft", 4.5), ("paper", "accent", 4.5), ("line-strong", "paper", 3),
            ("line-strong", "ground", 3),
        ],
    )  # fmt: skip
    def test_colours_can_be_read(self, text: str, ground: str, least: float) -> None:
        tokens = (PUBLISHER / "assets" / "src" / "tokens.css").read_text(encoding="utf-8")
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", tokens))
        assert _contrast(colours[text], colours[ground]) >= least


def _contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2.2 counts it."""
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(d * 2 for d in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class TestPackages:
    def test_every_package_is_locked_by_digest_and_names_no_host(self) -> None:
        lock = json.loads((PUBLISHER / "assets" / "package-lock.json").read_text(encoding="utf-8"))
        packages = {name: one for name, one in lock["packages"].items() if name}
        assert packages
        assert [name for name, one in packages.items() if not one.get("integrity")] == []
        hosts = {one["resolved"].split("/")[2] for one in packages.values() if "resolved" in one}
        assert hosts <= {"registry.npmjs.org"}

    def test_versions_are_pinned(self) -> None:
        text = (PUBLISHER / "assets" / "package.json").read_text(encoding="utf-8")
        wanted = json.loads(text)
        versions = {**wanted["dependencies"], **wanted["devDependencies"]}
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())
        assert versions["htmx.org"].startswith("2.")


class TryForm(FlaskForm):  # type: ignore[misc]
    title = StringField(
        "标题", validators=[InputRequired("请填写标题。")], description="不超过50字"
    )
    way = RadioField("去向", choices=["刊发", "退回"])


class TestFields:
    def show(self, app: Flask, template: str, **given: object) -> str:
        imports = '{% import "shared/forms.html" as forms with context %}'
        return app.jinja_env.from_string(imports + template).render(**given)

    def test_label_hint_and_error_are_tied_to_the_field(self, app: Flask) -> None:
        with app.test_request_context(method="POST", data={"title": ""}):
            form = TryForm()
            assert not form.validate()
            page = self.show(app, "{{ forms.field(form.title) }}", form=form)
        assert '<label for="title">' in page
        assert 'aria-describedby="title-hint title-error"' in page
        assert 'aria-invalid="true"' in page
        assert re.search(r'id="title-error">.*请填写标题。', page)

    def test_what_was_typed_stays_and_is_escaped(self, app: Flask) -> None:
        with app.test_request_context(method="POST", data={"title": '秋粮"><script>'}):
            page = self.show(app, "{{ forms.field(form.title) }}", form=TryForm())
        assert 'value="秋粮&#34;&gt;&lt;script&gt;"' in page

    def test_two_forms_of_a_page_do_not_share_an_id(self, app: Flask) -> None:
        with app.test_request_context():
            template = '{{ forms.field(form.title, id="a") }}{{ forms.field(form.title, id="b") }}'
            page = self.show(app, template, form=TryForm())
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids))

    def test_choices_stand_in_a_group_with_a_legend(self, app: Flask) -> None:
        with app.test_request_context():
            page = self.show(app, "{{ forms.field(form.way) }}", form=TryForm())
        assert "<legend>去向" in page
        assert page.count('type="radio"') == 2


class TestErrorPages:
    @pytest.mark.parametrize("status", sorted(answers.PAGES))
    def test_each_shows_its_sentence_with_and_without_a_person(
        self, app: Flask, status: int
    ) -> None:
        with app.test_request_context():
            page, answered = answers.page(status, "没有找到 <b>这一期</b>。")
        assert answered == status
        assert "没有找到 &lt;b&gt;这一期&lt;/b&gt;。" in page
        assert "非涉密系统" in page


class TestPagination:
    def test_filters_stay_and_nothing_else_gets_into_the_address(self, app: Flask) -> None:
        template = '{% import "shared/pagination.html" as p with context %}{{ p.links(page) }}'
        page = {"page": 2, "pages": 30, "total": 600}
        with app.test_request_context("/desk?words=秋粮&words=夏粮&page=2&_external=1"):
            shown = app.jinja_env.from_string(template).render(page=page)
        assert "words=%E7%A7%8B%E7%B2%AE&amp;words=%E5%A4%8F%E7%B2%AE" in shown
        assert 'aria-current="page">2<' in shown
        assert shown.count('class="gap"') == 1
        assert re.findall(r'href="([^?"]*)\?', shown) == [""] * len(re.findall("href", shown))
