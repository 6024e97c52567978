"""In this file we find the page of a PDF of ours on which words stand, letter by letter.

A line may break within a word and punctuation may stand between; both are passed over.
"""

from __future__ import annotations

from collections.abc import Sequence

import pypdfium2

MOST_PAGES = 200


def page_with(pdf: bytes, words: Sequence[str], title: str) -> int:
    """The number of the page, from 1 on, with most of the words from where the title stands on.

    The first page where none of them is found.
    """
    wanted = [plain for plain in (_plain(word) for word in words) if plain]
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = [
            _plain(document[number].get_textpage().get_text_range())
            for number in range(min(len(document), MOST_PAGES))
        ]
    finally:
        document.close()
    named = _plain(title)
    begins = [number for number, text in enumerate(texts) if named and named in text]
    # The table of contents names the title first; the article itself stands where it is named last.
    first = begins[-1] if begins else 0
    counted = [(sum(word in text for word in wanted), -number) for number, text in enumerate(texts)]
    best = max(counted[first:], default=(0, 0))
    return (-best[1] if best[0] else first) + 1


def _plain(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())
