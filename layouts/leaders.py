"""In this file leaders named in a text are held against the office's list: name, post, order.

A false alarm costs an editor more than a slip that somebody else finds, so that only what can
hardly be meant otherwise is told: a post of the list before a person's name that is not its
holder's, a leader's name behind another post of the same kind, leaders listed out of their order.
The office of another place has the same posts: a post told of another place is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from layouts.document import Article, Block, Document, Preformatted, block_text
from layouts.faults import Fault, tell

HAN = "\u4e00-\u9fff"
RANKS = (
    "总理|省长|市长|州长|盟长|县长|区长|旗长|镇长|乡长|书记|主席|主任|秘书长|局长|厅长|部长|院长|"
    "检察长|政委"
)
"""What a post ends in (domain.md 1.1 and the posts of leaders)."""
RANK = re.compile(f"(?P<degree>(?:常务|第一|专职)?(?:代理|代)?副?)(?P<rank>{RANKS})\\Z")
COMPOUND = (
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|夏侯|端木|百里|南宫|轩辕"
)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余杜叶程苏魏吕丁"
    "任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武"
    "戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯"
    "纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉"
    "缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇"
    "桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
"""The surnames nearly everybody has; a name that begins with another is not judged."""
SPEAKS = (
    "主持|出席|指出|强调|表示|要求|批示|调研|会见|带队|参加|参会|讲话|介绍|宣布|代表|听取|检查|督导|主讲|"
    "率队|率领|深入|作了|作出|致辞|致词|陪同|说|赴|到|在|对|就|向|同志|一行|等|任组长|任总指挥|签发|签署|专题|会前|现场|当场"
)
"""What follows a person and hardly ever anything else."""
NAMED = (
    f"(?P<name>(?:(?:{COMPOUND})|[{SURNAMES}])[{HAN}]{{1,2}}?)"
    f"(?=(?:{SPEAKS})|[、，。；：）)“”！？\\s]|\\Z)"
)
OPENING = re.compile(r"(?:\A|[，。；：！？、“”‘’（）《》()\s]|[由经请和与及同跟向对被据按将])\Z")
"""What stands before a post that is this office's own."""
BOUND = "，。；：！？、“”（）《》()\\s"
ELSEWHERE = re.compile(
    "[省市县区州盟旗国镇乡](?:委|政府|人民政府)?[^，。；！？]{0,14}[、和与及]\\Z"
)
"""Somebody else of another place before it: 邻市市委书记某某和市长某某."""
BETWEEN = re.compile(
    f"(?:同志)?(?:[、，]|以及|[和与及])(?:[市县区州省]?(?:委|政府|人大|政协)?"
    f"(?:领导|常委)?、?)*(?:[{HAN}]{{0,8}}(?:{RANKS})、?)?\\Z"
)
"""What stands between two leaders that are listed one after the other."""
PAST = re.compile("(?:原|时任|前任|前|老|曾任|历任|拟任|原任)[^，。；]{0,6}\\Z")


@dataclass(frozen=True)
class Leader:
    """One leader of the office's list."""

    name: str
    post: str
    """As papers put it before the name: 市委副书记、市长."""
    order: int
    """Protocol order; the lower stands first."""

    @cached_property
    def ranks(self) -> tuple[tuple[str, str], ...]:
        """The degree and rank of each of the posts: (("副", "书记"), ("", "市长"))."""
        found = (RANK.search(part) for part in re.split("[、，,/ ]", self.post))
        return tuple((one["degree"], one["rank"]) for one in found if one)


@dataclass(frozen=True)
class Known:
    """The office's list, and what the office's own place is called."""

    leaders: tuple[Leader, ...]
    places: tuple[str, ...] = ()
    """Such as 云汀市 and 云汀; before a post they say that it is this office's."""

    @cached_property
    def holders(self) -> dict[tuple[str, str], Leader]:
        """Who alone holds a post, by degree and rank; a post of several tells nobody's name."""
        held: dict[tuple[str, str], list[Leader]] = {}
        for leader in self.leaders:
            for rank in leader.ranks:
                held.setdefault(rank, []).append(leader)
        return {rank: holders[0] for rank, holders in held.items() if len(holders) == 1}

    @cached_property
    def by_name(self) -> dict[str, Leader]:
        """The leaders by name; one of a single character is no name to be found in a text."""
        return {leader.name: leader for leader in self.leaders if len(leader.name) > 1}


def leader_faults(document: Document, leaders: Sequence[Leader], place: str = "") -> list[Fault]:
    """What a document says of the office's leaders other than its list does, block by block.

    `place` is the office's own: 云汀市.
    """
    if not leaders:
        return []
    short = place.rstrip("省市县区州盟旗") if len(place) > 2 else ""
    known = Known(tuple(leaders), tuple(filter(None, (place, short))))
    return [fault for where, text in _texts(document) for fault in misnamed(text, known, where)]


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    yield from _of_blocks(document.editor_note)
    for article in document.articles:
        yield from _of_article(article)


def _of_article(article: Article) -> Iterator[tuple[str, str]]:
    yield article.id, article.full_title
    yield from _of_blocks(article.blocks)


def _of_blocks(blocks: Iterable[Block]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        if not isinstance(block, Preformatted):
            yield block.id, block_text(block)


def misnamed(text: str, known: Known, where: str) -> Iterator[Fault]:
    """What one text says of leaders other than the list does."""
    yield from _wrong_names(text, known, where)
    yield from _wrong_posts(text, known, where)
    yield from _wrong_order(text, known, where)


TITLED = re.compile(f"(?P<degree>(?:常务|第一|专职)?(?:代理|代)?副?)(?P<rank>{RANKS}){NAMED}")


def _wrong_names(text: str, known: Known, where: str) -> Iterator[Fault]:
    """A post of the list with the name of somebody who does not hold it."""
    for found in TITLED.finditer(text):
        holder = known.holders.get((found["degree"], found["rank"]))
        if holder is None or text.startswith(holder.name, found.start("name")):
            continue
        name = found["name"]
        if name in known.by_name or not _is_ours(text[: found.start()], known):
            continue
        if not (_resembles(name, holder.name) or _is_person(text, found.start("name"), name)):
            continue
        words = text[found.start() : found.end()]
        yield tell(
            "leader-name", where, quote=words, words=words, post=holder.post, name=holder.name
        )


def _is_ours(before: str, known: Known) -> bool:
    """Whether a post behind these words is one of this office, not of another place or time."""
    before = LEADING.sub("", before, count=1)
    if PAST.search(before) or ELSEWHERE.search(before):
        return False
    return before.endswith(known.places) or OPENING.search(before) is not None


LEADING = re.compile(
    "(?:(?:[省市县区州盟旗]委)?(?:常委|副书记|书记)、)*(?:[省市县区州盟旗](?:委|政府|人民政府))?\\Z"
)
"""What of a person's posts stands before the one that is looked at: 市委副书记、, 市政府."""


def _resembles(name: str, other: str) -> bool:
    """Whether a name is another with one character mistaken: 周立严 for 周立言."""
    return len(name) == len(other) > 2 and sum(map(str.__ne__, name, other)) == 1


def _is_person(text: str, start: int, name: str) -> bool:
    """Whether the words at a place are cut as a person's name, not as the words of a sentence."""
    # Loaded where it is needed: it brings its dictionary of five megabytes.
    import rjieba  # noqa: PLC0415

    end = start + len(name)
    window_start = max(0, start - 12)
    place = window_start
    for word, kind in rjieba.tag(text[window_start : end + 12]):
        begin, place = place, place + len(word)
        if begin == start and place <= end:
            return kind.startswith("nr") and len(word) > 1
    return False


def _wrong_posts(text: str, known: Known, where: str) -> Iterator[Fault]:
    """A leader's name behind a post of the same rank in another degree: 副市长 for the 市长."""
    for name, leader in known.by_name.items():
        for found in re.finditer(re.escape(name), text):
            before = text[max(0, found.start() - 24) : found.start()]
            after = text[found.end() : found.end() + 6]
            stated = RANK.search(before) or re.match(
                f"(?P<degree>(?:常务|第一)?副?)(?P<rank>{RANKS})", after
            )
            if stated is None:
                continue
            degree, rank = stated["degree"], stated["rank"]
            held = [one for one in leader.ranks if one[1] == rank]
            if not held or (degree, rank) in held:
                continue
            lead = before[: stated.start()] if stated.string == before else before
            if stated.string == before and not _is_ours(lead, known):
                continue
            words = f"{degree}{rank}{name}" if stated.string == before else f"{name}{degree}{rank}"
            yield tell("leader-post", where, quote=words, words=words, name=name, post=leader.post)


def _wrong_order(text: str, known: Known, where: str) -> Iterator[Fault]:
    """Leaders listed one after the other, otherwise than in protocol order."""
    for run, words in _listed(text, known):
        right = sorted(run, key=lambda leader: leader.order)
        if [one.order for one in run] != [one.order for one in right]:
            names = "、".join(one.name for one in right)
            yield tell("leader-order", where, quote=words, words=words, right=names)


def _listed(text: str, known: Known) -> Iterator[tuple[list[Leader], str]]:
    """Each run of two or more leaders with nothing between them but posts and commas."""
    if not known.by_name:
        return
    names = re.compile("|".join(sorted(map(re.escape, known.by_name), key=len, reverse=True)))
    run: list[re.Match[str]] = []
    for found in names.finditer(text):
        if run and not BETWEEN.match(text[run[-1].end() : found.start()]):
            yield from _run(run, text, known)
            run = []
        run.append(found)
    yield from _run(run, text, known)


def _run(run: list[re.Match[str]], text: str, known: Known) -> Iterator[tuple[list[Leader], str]]:
    if len(run) > 1:
        yield [known.by_name[one[0]] for one in run], text[run[0].start() : run[-1].end()]
