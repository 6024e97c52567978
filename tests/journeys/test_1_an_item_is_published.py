"""In this file an item comes in, goes through every hand, is printed, read and found again."""

from __future__ import annotations

import io

from PIL import Image

from publisher.issues.model import Issue
from publisher.publication.model import Publication, Step
from tests.journeys.office import Office
from tests.journeys.printed import words_of_docx, words_of_pdf

TITLE = "清溪县推行“一窗通办”提升政务服务效能"
BODY = (
    "清溪县整合窗口42个，群众办事平均跑动次数由2.3次降至0.8次。\n\n"
    "**（一）流程再造。**将126个事项编成“一件事”清单，材料压减38%。"
)


def photo() -> tuple[io.BytesIO, str, str]:
    content = io.BytesIO()
    Image.new("RGB", (640, 480), (180, 60, 60)).save(content, "JPEG")
    content.seek(0)
    return content, "窗口.jpg", "image/jpeg"


def test_an_item_is_published(office: Office) -> None:
    with office.later(days=0):
        received = office.report(TITLE, BODY, files=photo(), captions="县政务服务大厅")
        assert "待筛选" in office.reporter.reads(f"/submissions/{received}")
    with office.later(hours=1):
        item = office.take_up(received)
        office.edit(item, TITLE, BODY.replace("平均", ""))
        assert "2.3次" in office.editor.reads(f"/desk/items/{item}/revisions")
        office.approve(item)
        issue = office.compile(item)
        office.sign(issue)
    with office.records() as session:
        printed = session.get_one(Issue, issue)
        assert (printed.number, printed.total) == (1, 1)
        publication = session.query(Publication).one()
        assert publication.state == Step.PUBLISHED
    with office.later(hours=1):
        assert "已采用" in office.reporter.reads("/submissions")
        assert TITLE in office.leader.reads("/")
        office.leader.sends(f"/library/issues/{issue}/read")
        for form, words_of in (("pdf", words_of_pdf), ("docx", words_of_docx)):
            words = words_of(office.leader.downloads(f"/library/issues/{issue}/issue.{form}"))
            assert "提升政务服务效能" in words
            assert "群众办事跑动次数由2.3次降至0.8次" in words
            assert "清溪县人民政府供稿" in words
        found = office.researcher.reads("/search?q=一窗通办")
        assert "政务服务效能" in found
        story = office.researcher.reads(f"/threads/issue:{issue}")
        assert "刊发" in story
    with office.later(hours=1):
        # What came in stays as it came in.
        assert "平均跑动次数" in office.reporter.reads(f"/submissions/{received}")
