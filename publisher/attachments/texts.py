"""In this file the bytes of a plain text become its characters, in UTF-8 or the Chinese standard.

Nothing is guessed: a text in neither of them is none. What decodes by chance shows itself by
control characters, which no text has.
"""

from __future__ import annotations

import re

UTF_8, GB18030 = "utf-8", "gb18030"
"""GB 18030-2022 includes GBK and GB 2312, in which texts of older machines are written."""
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f-\x84\x86-\x9f]")
"""C0 and C1 but tab, line ends, page feed, escape, NEL, and the end that DOS wrote."""


class NotText(ValueError):
    """What was read is no text in an encoding that we know."""


def decoded(content: bytes) -> tuple[str, str]:
    """The characters of a text without its byte order mark, and its encoding; raises `NotText`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    else:
        if "\0" in text:
            raise NotText
        return text, UTF_8
    try:
        text = content.decode(GB18030)
    except UnicodeDecodeError as error:
        raise NotText from error
    if CONTROLS.search(text):
        raise NotText
    return text, GB18030
