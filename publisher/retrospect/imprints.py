"""In this file an imprint is read: to whom it goes, who signed it, how many were printed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from publisher.retrospect.drafts import Draft
from publisher.retrospect.numerals import FULL_WIDTH, plain
from publisher.retrospect.paragraphs import Paragraph, tight

TAIL = 16
"""An imprint begins within so many paragraphs of the end."""
IMPRINT = re.compile(
    r"^(报|送|发|报送|抄报|抄送|主送|分送|印发|本期增发|增发|签发|核稿|审核|审签|责任编辑|编辑|"
    r"编审|校对|联系人|联系电话|电话|传真|印数)[:]|^\(?共?印\d+份\)?|^共印"
)
NAMES = {
    "报": "to_superior", "抄报": "to_superior", "送": "to_peer", "抄送": "to_peer",
    "发": "to_subordinate", "分送": "to_subordinate", "本期增发": "extra", "增发": "extra",
    "签发": "signer", "核稿": "checker", "审核": "checker", "责任编辑": "editor", "编辑": "editor",
    "电话": "phone", "联系电话": "phone",
}  # fmt: skip
PERSONS = frozenset({"signer", "checker", "editor"})
IN_IMPRINT = re.compile(rf"({'|'.join(sorted(NAMES, key=len, reverse=True))})[:]")
PRINT_RUN = re.compile(r"印(\d{1,6})份")


def read_imprint(paragraphs: Sequence[Paragraph], after: int, draft: Draft) -> int:
    """Read the imprint; gives where the body ends."""
    first = max(after, len(paragraphs) - TAIL)
    begin = next(
        (n for n in range(first, len(paragraphs)) if IMPRINT.match(plain(paragraphs[n].text))),
        len(paragraphs),
    )
    text = "\n".join(one.text.translate(FULL_WIDTH) for one in paragraphs[begin:])
    marks = list(IN_IMPRINT.finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        value = text[mark.end() : following.start() if following else len(text)]
        value = PRINT_RUN.sub("", value).replace("(共)", "")
        value = " ".join(value.split()).strip("()（） ")
        name = NAMES[mark[1]]
        # A name of two characters is printed with a space between them.
        draft.imprint.setdefault(name, tight(value) if name in PERSONS else value)
    if run := PRINT_RUN.search(tight(text)):
        draft.imprint["print_run"] = run[1]
    return begin
