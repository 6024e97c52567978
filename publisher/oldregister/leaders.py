"""In this file the leaders of a row are told by their names, and which words are whose.

A cell may name several: 张三、李四, one below the other, or the words themselves say it:
张三：同意。李四：请阅。 What cannot be told apart is not cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from publisher.oldregister import cells

RANKS = (
    r"(?:书记|市长助理|省长助理|市长|县长|区长|省长|州长|盟长|旗长|镇长|乡长|主席|主任|局长|厅长|部长"
    r"|秘书长|司令员|政委|院长|检察长|组长|常委|委员|总理|处长|科长|校长|支队长)"
)
POST = rf"[一-鿿（）()]{{0,14}}?{RANKS}"
POST_FIRST = re.compile(rf"({POST}(?:[、兼，]{POST})*)(?!助理)([一-鿿·]{{2,4}})")
BRACKETED = re.compile(r"([一-鿿·]{2,6})[（(](.+)[）)]")
NAME_FIRST = re.compile(
    rf"([一-鿿·]{{2,3}}?)((?:[省市县区州]|自治区)?(?:委|政府)?(?:常委)?(?:常务)?副?{RANKS})"
)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔"
    "向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕"
    "单季裴霍涂成苗谷曲盛冉翁蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤时穆司"
)
BY_SURNAME = re.compile(rf"[{SURNAMES}]副?{RANKS}")
"""李书记, 王副市长: who is meant is known to those who wrote it."""
DOUBLE_SURNAMES = frozenset({"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙"})
NAME = re.compile(r"[一-鿿·]{2,4}")
SEPARATORS = re.compile(r"[、，,；;/\n]|(?<=[一-鿿])[和及](?=[一-鿿]{2})")
AND_OTHERS = re.compile(r"等(?:同志|领导|市领导|\d人|[二两三四五六]人)*$")
MOST = 12
"""No cell names more leaders than these; what seems to is a list of something else."""


@dataclass(frozen=True)
class Named:
    """A leader as the register names him."""

    name: str
    post: str = ""
    is_many: bool = False
    """Whether it may be several whose names could not be told apart."""


@dataclass(frozen=True)
class Said:
    """What one of several leaders wrote, and the day that stands beside it."""

    text: str
    on: date | None = None


def leader_of(text: str, post: str = "", known: Mapping[str, str] | None = None) -> Named | None:
    """The one leader of a cell; several stay as they are typed, in one name."""
    found = leaders_of(text, post, known)
    if len(found) > 1:
        return Named(_plain(text)[:60], post.strip()[:80], is_many=True)
    return found[0] if found else None


def leaders_of(text: str, post: str = "", known: Mapping[str, str] | None = None) -> list[Named]:
    """The leaders in a cell, with or without their posts; `known` ones are told by their names.

    Where it cannot be told who is meant, one name of all that is typed, marked so. `post` is what
    stands in a column of its own: as many as leaders, in their order, or one leader's.
    """
    plain = _plain(text)
    if not plain:
        return []
    tokens, among = list(_tokens(text)), [name for name in known or {} if name in plain]
    found = _of_tokens(tokens, known or {})
    if found is None or len(found) < len(among):
        is_many = len(tokens) > 1 or len(among) > 1 or bool(AND_OTHERS.search(plain))
        found = _by_known(plain, among) or [Named(plain[:60], is_many=is_many)]
    posts = [one for one in (part.strip() for part in re.split(r"[\n；;]", post)) if one]
    if len(found) == 1:
        return [replace(found[0], post=(post.strip() or found[0].post)[:80])]
    if len(posts) == len(found):
        found = [replace(one, post=own[:80]) for one, own in zip(found, posts, strict=True)]
    return list({one.name: one for one in reversed(found)}.values())[::-1]


def _plain(text: str) -> str:
    return re.sub(r"[\s　]+", "", text)


def _tokens(text: str) -> Iterator[str]:
    """The parts of a cell between separators that stand outside brackets, blanks kept inside."""
    depth, part = 0, ""
    for place, sign in enumerate(text):
        depth = max(depth + (sign in "（(") - (sign in "）)"), 0)
        if depth == 0 and SEPARATORS.match(text, place):
            yield from _parts(part)
            part = ""
        else:
            part += sign
    yield from _parts(part)


def _parts(part: str) -> Iterator[str]:
    """A part cut at its blanks where each piece is somebody or a post: 张 三 is one name."""
    pieces = part.split()
    whole = "".join(pieces)
    if not whole:
        return
    bare = [re.sub(r"[（(].*?[）)]|同志$", "", one) for one in pieces]
    names = [one for one in bare if NAME.fullmatch(one) or BY_SURNAME.fullmatch(one)]
    if (
        len(pieces) > 1
        and len(names) >= 1
        and bare[0] not in DOUBLE_SURNAMES
        and all(one in names or not one or _one_of(one, {}) for one in bare)
    ):
        yield from pieces
    else:
        yield whole


def _is_post(token: str) -> bool:
    """Whether a token is a bare post, and nobody by himself."""
    bare = token.strip("（）()")
    if BRACKETED.fullmatch(token) or BY_SURNAME.fullmatch(bare):
        return False
    return bool(re.fullmatch(POST, bare))


def _one_of(token: str, known: Mapping[str, str]) -> Named | None:
    """The leader whom a token names by itself; none where it is not a name."""
    plain = token.removesuffix("同志")
    if AND_OTHERS.search(token):
        return None
    if BY_SURNAME.fullmatch(plain):
        return Named(plain)
    names = [name for name in known if name in plain]
    if len(names) == 1:
        rest = plain.replace(names[0], "").removesuffix("同志").strip("（）()：:、，")
        if not rest or re.search(RANKS, rest):
            return Named(names[0], rest)
    for pattern, name, at in ((BRACKETED, 1, 2), (POST_FIRST, 2, 1), (NAME_FIRST, 1, 2)):
        if match := pattern.fullmatch(plain):
            return Named(match[name], match[at])
    return Named(plain) if NAME.fullmatch(plain) and not _is_post(plain) else None


def _of_tokens(tokens: Sequence[str], known: Mapping[str, str]) -> list[Named] | None:
    """The leaders of a cell's parts; posts alone go to the name they stand beside."""
    posts_first = _is_post(tokens[0])
    found: list[Named] = []
    waiting: list[str] = []
    for token in tokens:
        if _is_post(token):
            bare = token.strip("（）()")
            if posts_first or not found:
                waiting.append(bare)
            else:
                own = [found[-1].post, bare] if found[-1].post else [bare]
                found[-1] = replace(found[-1], post="、".join(own))
            continue
        one = _one_of(token, known)
        if one is None:
            return None
        found.append(replace(one, post="、".join([*waiting, *([one.post] if one.post else [])])))
        waiting = []
    return found if found and not waiting and len(found) <= MOST else None


def _by_known(plain: str, among: Sequence[str]) -> list[Named]:
    """The known leaders of a cell without separators, where nothing but posts stands between."""
    names = sorted(among, key=plain.index)
    rest = plain
    for name in names:
        rest = rest.replace(name, "\n")
    between = [one.strip("（）()、，：:") for one in rest.split("\n")]
    between = [one.removeprefix("同志").strip("（）()、，：:") for one in between]
    if len(names) < 2 or not all(not one or _is_post(one) for one in between):
        return []
    posts = between[:-1] if between[0] else between[1:]
    return [Named(name, own) for name, own in zip(names, posts, strict=True)]


AFTER = r"(?:等?同志)?(?:作?出?的?重?要?(?:批示|指示|签批|批阅|意见|阅示))?(?:内容|意见|如下)?"
DAY = r"(?:\d{2,4}[.\-/年])?\d{1,2}[.\-/月]\d{1,2}日?"
BESIDE = rf"(?:[（(【\[][^（()）】\]\n]{{0,24}}[)）】\]]|{DAY}|\s)*"
BEGINS = re.compile(r"(?:领导)?(?:批示|签批)?(?:内容|意见|如下)?[：:]?\s*")
"""What may stand before the first name and says nothing."""


def words_of(text: str, leaders: Sequence[Named], year: int | None) -> list[Said] | None:
    """What each of several leaders wrote, in their order; None where it cannot be told apart.

    Their names stand before their words with a colon, or behind them as signatures. Every one of
    them has to have words, and no words may be left over.
    """
    found = _named_before(text, leaders) or _signed(text, leaders)
    if found is None:
        return None
    said = []
    for one in leaders:
        parts = found[one.name]
        days = [day for _words, beside in parts if (day := cells.day_of(beside, year))]
        said.append(
            Said("\n".join(words for words, _beside in parts), days[0].on if days else None)
        )
    return said


Parts = Mapping[str, Sequence[tuple[str, str]]]
"""By leader the words, each with what stands beside his name."""


def _named_before(text: str, leaders: Sequence[Named]) -> Parts | None:
    """Read 张三（3月5日）：同意。李四：请阅。, names before words."""
    labels = [
        (match.start(), match.end(), one.name, match[0])
        for one in leaders
        for match in re.finditer(
            rf"(?:(?<=^)|(?<=[\n。；;！!？?”\"’）)\s]))\s*(?:\d{{1,2}}[.、）)]\s*)?(?:{POST})?\s*"
            rf"{re.escape(one.name)}(?:{POST})?{AFTER}{BESIDE}{AFTER}\s*[：:]\s*",
            text,
        )
    ]
    labels.sort()
    if not labels or not BEGINS.fullmatch(text[: labels[0][0]]):
        return None
    ends = [start for start, *_rest in labels[1:]] + [len(text)]
    return _whole(
        leaders,
        [
            (name, text[end:until].strip().strip("；;").strip(), beside)
            for (_start, end, name, beside), until in zip(labels, ends, strict=True)
        ],
    )


def _signed(text: str, leaders: Sequence[Named]) -> Parts | None:
    """Read 同意。张三 3月5日, names behind words."""
    marks = [
        (match.start(), match.end(), one.name, match[0])
        for one in leaders
        for match in re.finditer(
            rf"(?<=[。！!？?”\"\n\s—（(])\s*[—（(]*\s*{re.escape(one.name)}(?:同志)?[，,]?{BESIDE}"
            rf"[）)]?[。；;]?\s*(?=\n|$|(?<=[。；;）)]))",
            text,
        )
    ]
    marks.sort()
    if not marks or text[marks[-1][1] :].strip():
        return None
    begins = [0, *(end for _start, end, *_rest in marks[:-1])]
    return _whole(
        leaders,
        [
            (name, text[begin:start].strip().strip("（(—").strip(), beside)
            for (start, _end, name, beside), begin in zip(marks, begins, strict=True)
        ],
    )


def _whole(leaders: Sequence[Named], parts: Sequence[tuple[str, str, str]]) -> Parts | None:
    """The words by leader; None where somebody has none or a part is empty."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, words, beside in parts:
        found.setdefault(name, []).append((words, beside))
    if any(not words for _name, words, _beside in parts) or len(found) != len(leaders):
        return None
    return found


def named_in_words(text: str, known: Mapping[str, str]) -> list[Named]:
    """The known leaders whose names part the words, where no column says who wrote them.

    沈明远同志：请阅处。 names him who is written to, and nobody who writes.
    """
    names = [Named(one) for one in sorted((n for n in known if n in text), key=text.index)]
    every = [one for one in names if _named_before(text, [one]) or _signed(text, [one])]
    for among in (names, every):
        found = (_named_before(text, among) or _signed(text, among)) if among else None
        if found is not None and not any(
            re.search(r"同志\s*[：:]", beside) for parts in found.values() for _w, beside in parts
        ):
            return list(among)
    return []
