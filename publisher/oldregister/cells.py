"""In this file what clerks typed into a register is understood: days, leaders, states, limits.

Nothing is guessed in silence: what could be meant otherwise comes with a doubt, by its code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from publisher.instructions.model import Disposition
from publisher.people.model import Level
from publisher.words import N_, Worded

SERIAL_DAYS = range(20_000, 80_000)
"""Excel's numbers of days: 1954 to 2118."""
BEFORE_EXCEL = date(1899, 12, 30)


class Doubt(Worded):
    """What is unsure about a row, or why it was not taken over."""

    NO_TEXT = "no_text", N_("没有批示内容，未导入")
    NO_DATE = "no_date", N_("没有批示时间，或认不出是哪一天，未导入")
    LATE_DATE = "late_date", N_("批示时间晚于今天，未导入")
    SECRET = "secret", N_("标有密级，涉密件不得导入")
    TOO_LONG = "too_long", N_("批示内容超过5000字，未导入")
    NO_LEADER = "no_leader", N_("没有批示领导，记作“未注明”")
    MANY_LEADERS = "many_leaders", N_("分不清是哪几位领导，按原样登记为一件")
    APART = "apart", N_("一行有几位领导，批示内容按姓名分开，各登记一件")
    SAME_WORDS = "same_words", N_("一行有几位领导，批示内容分不开，各登记一件，内容相同")
    LEADER_IN_WORDS = "leader_in_words", N_("没有填批示领导，按批示内容中的姓名登记")
    SEVERAL_DAYS = "several_days", N_("批示时间有几个日期，与领导人数不合，按第一个登记")
    DAYS_IN_ORDER = "days_in_order", N_("批示时间有几个日期，按先后与各位领导对应")
    ONE_MATTER = "one_matter", N_("与同一件的其他批示一并办理，督办事项只立一件")
    AS_ONE = "as_one", N_("这一行以前按一件导入过，未再分开")
    NEW_LEADER = "new_leader", N_("领导不在本系统的人员名册中，按原样登记")
    YEAR_GUESSED = "year_guessed", N_("时间没有年份，按编号、工作表名或标题推定")
    NUMBER_TAKEN = "number_taken", N_("编号已被另一件批示占用，只作原编号保留")
    SAME_ROW = "same_row", N_("与本表另一行完全相同，未重复导入")
    CHANGED = "changed", N_("这件批示已导入过，办理情况与上次不同，未改动")
    NO_STATE = "no_state", N_("看不出是否办结，未立督办事项，列在待定办理的批示中")
    NO_UNIT = "no_unit", N_("没有承办单位，未立督办事项")
    NEW_UNIT = "new_unit", N_("承办单位不在名册中，已按旧单位（停用）建立")
    NO_LIMIT = "no_limit", N_("没有办理时限，自导入之日起按15个工作日计")
    BAD_DAY = "bad_day", N_("交办、时限或办结时间认不出是哪一天，未采用")
    NOT_CLOSED_ON = "not_closed_on", N_("已办结但没有办结时间")
    MANY_ITEMS = "many_items", N_("标题与几篇稿件相同，未链接")
    FORMULA = "formula", N_("有公式没有存下结果，该格按空白读取")
    ERROR = "error", N_("有错误值（如#REF!），该格按原样读取")
    JOINED = "joined", N_("几行合并为一件")


REFUSING = frozenset(
    {Doubt.NO_TEXT, Doubt.NO_DATE, Doubt.LATE_DATE, Doubt.SECRET, Doubt.TOO_LONG, Doubt.SAME_ROW}
)
"""With one of these a row is not taken over."""


class Standing(Worded):
    """What a register says became of an instruction."""

    CLOSED = "closed", N_("已办结")
    RUNNING = "running", N_("办理中")
    NOTED = "noted", N_("不立项")
    WITHDRAWN = "withdrawn", N_("已撤销")
    UNKNOWN = "unknown", N_("看不出")


@dataclass(frozen=True)
class Day:
    """A day as it was read, and whether its year was guessed."""

    on: date
    year_guessed: bool = False


FULL_DAY = re.compile(
    r"(?<!\d)(\d{4}|\d{2})\s*[.\-/年．。、]\s*(\d{1,2})\s*[.\-/月．。、]\s*(\d{1,2})(?!\d)"
)
SHORT_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*[.\-/月．]\s*(\d{1,2})(?!\d)")
DIGITS_DAY = re.compile(r"(?<!\d)(20\d{2}|19\d{2})(\d{2})(\d{2})(?!\d)")


def day_of(text: str, year: int | None = None) -> Day | None:
    """The first day a cell names: 2024.3.5, 2024年3月5日, 20240305, 45356, 3月5日 with a `year`."""
    text = text.translate(FULL_WIDTH).strip()
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and int(float(text)) in SERIAL_DAYS:
        return Day(BEFORE_EXCEL + timedelta(days=int(float(text))))
    if match := FULL_DAY.search(text):
        number = int(match[1])
        return _day(number if number > 99 else 2000 + number, match[2], match[3])
    if match := DIGITS_DAY.search(text):
        return _day(int(match[1]), match[2], match[3])
    if year is not None and (match := SHORT_DAY.search(text)):
        found = _day(year, match[1], match[2])
        return Day(found.on, year_guessed=True) if found is not None else None
    return None


FULL_WIDTH = str.maketrans("０１２３４５６７８９．－／", "0123456789.-/")


def days_in(text: str, year: int | None = None) -> list[Day]:
    """Every day that a cell names, each once, where they stand apart from each other."""
    parts = re.split(r"[\n；;，,]|(?<=\d)、(?=\d{4})|(?<=日)、", text)
    found = [day_of(part, year) for part in parts]
    return list({one.on: one for one in found if one is not None}.values())


def _day(year: int, month: str, day: str) -> Day | None:
    try:
        found = date(year, int(month), int(day))
    except ValueError:
        return None
    return Day(found) if 1949 <= found.year <= 2100 else None


def year_in(*texts: str) -> int | None:
    """The year that a number, a sheet's name or a title speaks of; none where it is two."""
    for text in texts:
        years = {int(one) for one in re.findall(r"(?<!\d)((?:19|20)\d{2})(?!\d)", text)}
        if len(years) == 1:
            return years.pop()
    return None


NUMBER = re.compile(r"(\D{1,10}?)[〔\[（(【]\s*(\d{4})\s*[〕\]）)】]\s*第?\s*(\d{1,6})\s*号")


def number_of(text: str) -> tuple[str, int, int] | None:
    """批示〔2024〕12号 as series, year and number, whatever brackets were typed."""
    match = NUMBER.fullmatch(re.sub(r"\s+", "", text.translate(FULL_WIDTH)))
    return (match[1], int(match[2]), int(match[3])) if match and int(match[3]) else None


def level_of(post: str) -> Level | None:
    """A leader's level by what his post begins with; none where it does not say."""
    for words, level in (
        (r"国务院|中央|国家|总理", Level.STATE),
        (r"省|自治区|直辖市", Level.PROVINCE),
        (r"市委|市政府|市长|州长|州委|盟长", Level.CITY),
        (r"县|区委|区长|旗", Level.COUNTY),
        (r"局长|厅长|处长", Level.DEPARTMENT),
    ):
        if re.search(words, post):
            return level
    return None


STATES: tuple[tuple[Standing, str], ...] = (
    (Standing.WITHDRAWN, r"撤销|撤办|终止办理|作废|取消"),
    (
        Standing.RUNNING,
        r"[未没待]办[结理毕]|未完成|尚未|没有完成|未销号|未落实|未反馈|未回复|否$|×",
    ),
    (Standing.RUNNING, r"正在|办理中|在办|预计|力争|计划于|拟于|进行中|推进中"),
    (Standing.NOTED, r"不立项|不需办理|无需办理|无须办理|仅阅知|^阅知|^阅研|^已阅|^传阅"),
    (
        Standing.CLOSED,
        (
            r"已?办结|办毕|完结|已?销号|已完成|完成$|已落实|落实到位|已回复|已反馈|已答复|已归档|已报"
            r"|已办|结束|√|^是$|^完成"
        ),
    ),
    (
        Standing.RUNNING,
        r"推进|跟踪|持续|长期|督办中|落实中|逾期|超期|限期",
    ),
)


def standing_of(state: str, result: str, *, has_closing_day: bool) -> Standing:
    """What became of it: by the state, else by what was written of the result, else by a day."""
    for text in (state, result):
        plain = re.sub(r"\s+", "", text)[:200]
        for standing, words in STATES:
            if plain and re.search(words, plain):
                return standing
    return Standing.CLOSED if has_closing_day else Standing.UNKNOWN


DAYS = re.compile(r"(\d{1,3})\s*个?\s*(?:工作日|天|日)")


def days_of(text: str) -> int | None:
    """A limit in days: 15个工作日, 10日内; they are counted as working days."""
    match = DAYS.search(text.translate(FULL_WIDTH))
    return int(match[1]) if match and 1 <= int(match[1]) <= 365 else None


def disposition_of(text: str) -> Disposition | None:
    """What the leader asks for, where the register has a word for it."""
    for one in Disposition:
        if one.source_word in text:
            return one
    return None


def units_in(text: str) -> tuple[list[str], list[str]]:
    """Lead and supporting units of a cell: 市水利局（牵头）、市财政局；协办：云麓区."""
    leads: list[str] = []
    supports: list[str] = []
    side: list[str] | None = None
    text = re.sub(r"(?=(?:主办|协办|牵头|承办|配合)(?:单位|部门)?[：:])", "；", text)
    text = re.sub(r"[(（]\s*(牵头|主办)\s*[)）]", "＃牵", text)
    text = re.sub(r"[(（]\s*(协办|配合)\s*[)）]", "＃协", text)
    for part in re.split(r"[、，,；;\n/]+|\s{2,}", text):
        name = part.strip().strip("。.")
        if match := re.match(r"(主办|牵头|承办)(单位|部门)?[：:]", name):
            side, name = leads, name[match.end() :]
        elif match := re.match(r"(协办|配合)(单位|部门)?[：:]", name):
            side, name = supports, name[match.end() :]
        into = leads if name.endswith("＃牵") else supports if name.endswith("＃协") else side
        name = re.sub(r"＃[牵协]|[(（][^()（）]*[)）]|牵头$|等$|会同.*$", "", name).strip()
        if not name or len(name) > 60:
            continue
        if into is None:
            into = leads if not leads else supports
        if name not in leads and name not in supports:
            into.append(name)
    if not leads and supports:
        leads = [supports.pop(0)]
    return leads, supports


SECRET = re.compile(r"秘密|机密|绝密")


def is_secret(text: str) -> bool:
    """Whether a row bears a secrecy level; such papers have no place here."""
    return bool(SECRET.search(re.sub(r"\s+", "", text))) and not re.search(r"非密|不涉密", text)


ISSUE = re.compile(r"《?([^《》\d第]{2,30}?)》?[（(]?(?:(\d{4})年?)?[）)]?第?(\d{1,5})期")


def issue_in(text: str) -> tuple[str, int | None, int] | None:
    """Serial, year and number of an issue: 《政务信息》2024年第12期, 政务信息第12期."""
    match = ISSUE.search(re.sub(r"[\s　〔〕\[\]]+", "", text.translate(FULL_WIDTH)))
    if match is None:
        return None
    return match[1], int(match[2]) if match[2] else None, int(match[3])


def titles_in(text: str) -> list[str]:
    """Names in title marks, and the whole."""
    inside = re.findall(r"《([^《》]{4,200})》", text)
    return list(dict.fromkeys([*inside, plain_title(text)]))


def plain_title(text: str) -> str:
    """A title without marks and blanks."""
    return re.sub(r"[\s　]+", "", text).strip('《》“”"。')[:300]
