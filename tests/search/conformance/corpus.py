"""In this file stand the records that every engine and the oracle answer from; all are invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from search import Record

STAFF = frozenset({"staff"})
EDITORS = frozenset({"role:editor"})
OFFICERS = frozenset({"role:officer"})
WATER = frozenset({"unit:5"})
ONE_PERSON = frozenset({"person:7"})

READERS = {
    "staff": STAFF,
    "editor": STAFF | EDITORS,
    "officer": STAFF | OFFICERS,
    "water": WATER,
    "all": STAFF | EDITORS | OFFICERS | WATER | ONE_PERSON,
    "nobody": frozenset[str](),
}
"""Who asks, and what tokens he holds."""

SYNONYMS = (("水务局", "市水务局", "水利局"), ("发改委", "发展和改革委员会"))

RANKS = {"秦望": 1, "黎小满": 2, "陆远": 5}
NUMBERS = {41: "云批〔2026〕12号", 42: "云批〔2026〕112号", 43: "云批〔2025〕12号"}

DAY = date(2025, 11, 3)


def _item(which: int, /, title: str, text: str, **given: Any) -> Record:
    values: dict[str, Any] = {
        "id": f"item:{which}",
        "kind": "item",
        "title": title,
        "text": text,
        "date": DAY + timedelta(days=which * 3),
        "readers": STAFF | EDITORS,
        "serial": "政务信息",
        "year": 2026 if which > 19 else 2025,
        "number": which % 30 + 1,
        "total": 1470 + which,
        "category": "经验",
        "section": "工作动态",
    }
    return Record(**(values | given))


def written() -> list[Record]:
    """Records written for what the cases ask."""
    water = {"unit": "市水务局", "units": ("市水务局", "市政府")}
    clear = {"unit": "清溪县", "units": ("清溪县",)}
    plan = {"unit": "发改委", "units": ("发改委", "市政府")}
    return [
        _item(1, "云汀市扎实推进防汛备汛工作", "市水务局组织力量对全市27座水库开展排查。", **water),
        _item(2, "防汛，备汛两手抓", "会议要求：两手抓，两手硬。水库、河道一并排查。", **water),
        _item(3, "清溪县建成５Ｇ基站３００个", "清溪县５Ｇ基站总数达300个，覆盖率95.6%。", **clear),
        _item(4, "經濟與社會發展情況", "雲汀市經濟平穩，工業增加值增長6.1%。", **plan),
        _item(5, "经济社会发展情况", "云汀经济平稳，防汛形势总体平稳。", **plan, tags=("预警性",)),
        _item(6, "执行GB/T 9704-2012情况", "公文格式按GB/T 9704-2012执行，GB9704旧版停用。"),
        _item(7, "COVID-19台账清零", "COVID-19台账已清零；H7N9、H5N1监测正常。", category="问题"),
        _item(8, "抗旱", "抗旱，不误防汛。供水72万方，3月9日起。", **water, tags=("苗头性",)),
        _item(9, "水", "库", tags=("苗头性", "预警性")),
        _item(10, "水库移民后期扶持", "水库移民人均增收1200元，第十二期简报已刊发。", **clear),
        _item(11, "“一库一策”除险加固", "一库一策，一河一策；2026年汛前完成12座。", **water),
        _item(12, "共抓大保护、不搞大开发", "“共抓大保护”。", section="领导讲话"),
        _item(13, "总第1487期见报说明", "见总第1487期、批〔2026〕12号文。", category="问题"),
        _item(14, "市防汛办", "市防汛办二十四小时值班。8888-1234。", readers=WATER, **water),
        _item(15, "机密水库", "机密：暗号为青松。防汛。", readers=ONE_PERSON, unit="秘密处"),
        _item(16, "编辑内部说明", "防汛稿件由编辑部统一核改，标签苗头性。", readers=EDITORS),
        _item(17, "防洪 防旱 防火", "防汛抗旱防火一体推进。防\n汛；防—汛。"),
        _item(18, "Cloud平台", "市级Cloud平台接入，cloud-native改造7个。", urgency="特急"),
        _item(19, "水利局更名", "原水利局更名为水务局，发展和改革委员会配合。", section="领导讲话"),
        _item(20, "汛期用电保障", "汛期用电负荷4.2万千瓦，同比增长3.5%。", **plan, urgency="加急"),
        _item(21, "云云汀汀市市", "防防汛汛水水库库，云云云云。", tags=("预警性",)),
        _item(22, "政务信息", "督查专报之外，政务信息刊发7篇。", serial="督查专报"),
        _item(23, "督查专报刊发", "水库除险督查。", serial="督查专报", thread="除险加固"),
        _item(24, "除险加固进展", "除险加固完成率九成，水务局牵头。", thread="除险加固", **water),
        _item(25, "防某水库汛情", "防大水库、防那座小水库，防洪保安。", **clear),
        _item(26, "一字之差", "汛", readers=STAFF),
        _item(27, "汉字〇与々", "二〇二六年，佐々木来访；一〇一医院。"),
        _item(28, "全角ＡＢＣ与㎡", "面积１２００㎡，温度20℃，编号ＡＢＣ－７。"),
        _item(29, "长词", f"标识{'abc123' * 50}完毕，标识xyz。"),
        _item(30, "零点工程", "0号机组、007号文、3月09日。", number=None, total=None, year=None),
        _issue(31, "政务信息", 7, 1487, date(2026, 1, 9)),
        _issue(32, "政务信息", 12, 1492, date(2026, 2, 6)),
        _issue(33, "督查专报", 12, 212, date(2026, 2, 16)),
        _issue(34, "政务信息", 12, 1392, date(2025, 2, 6), year=2025, state="已更正"),
        _instruction(41, "黎小满", "请水务局抓紧整改。", ("item:1",), OFFICERS),
        _instruction(42, "秦望", "经验可复制推广。", ("item:3", "item:10"), STAFF),
        _instruction(43, "黎小满", "防汛责任压实到人。", ("item:2",), STAFF),
        _instruction(44, "陆远", "阅。", ("item:5", "item:404"), EDITORS),
        _case(51, "办理中", ("水务局", "财政局"), ("instruction:41", "item:1"), OFFICERS),
        _case(52, "已办结", ("清溪县",), ("instruction:42", "item:10"), STAFF),
        _report(61, ("case:51",), OFFICERS),
        _report(62, ("case:52",), STAFF),
        _file(71, ("item:6",), STAFF),
        _adoption(81, "省级", ("item:1",), STAFF),
        _adoption(82, "国家级", ("item:3",), OFFICERS),
        _adoption(83, "省级", ("item:3",), STAFF),
        _adoption(84, "市级", ("item:15",), ONE_PERSON),
        _adoption(85, "未注明", (), EDITORS),
    ]  # fmt: skip


def _issue(number: int, serial: str, issue: int, total: int, day: date, **given: Any) -> Record:
    values: dict[str, Any] = {
        "id": f"issue:{number}",
        "kind": "issue",
        "title": f"《{serial}》第{issue}期",
        "text": "防汛备汛\n经济社会发展\n编者按：供参阅。",
        "date": day,
        "readers": STAFF,
        "serial": serial,
        "number": issue,
        "total": total,
        "year": 2026,
        "number_text": f"第{issue}期（总第{total}期）",
    }
    return Record(**(values | given))


def _instruction(
    number: int,
    leader: str,
    text: str,
    about: tuple[str, ...],
    readers: frozenset[str],
) -> Record:
    return Record(
        id=f"instruction:{number}", kind="instruction", title=f"{leader}同志批示", text=text,
        date=date(2026, 3, number - 30), readers=readers, leader=leader, about=about,
        rank=RANKS[leader], number_text=NUMBERS.get(number, ""), year=2026, state="已立项",
        unit="市委办",
    )  # fmt: skip


def _case(
    number: int,
    state: str,
    handlers: tuple[str, ...],
    about: tuple[str, ...],
    readers: frozenset[str],
) -> Record:
    return Record(
        id=f"case:{number}", kind="case", title=f"督办事项{number}号", text="限期整改水库隐患。",
        date=date(2026, 4, number - 40), readers=readers, state=state, handlers=handlers,
        about=about, year=2026,
    )  # fmt: skip


def _report(number: int, about: tuple[str, ...], readers: frozenset[str]) -> Record:
    return Record(
        id=f"report:{number}", kind="report", title="办理情况", text="水库整改完成，3处已销号。",
        date=date(2026, 5, number - 50), readers=readers, unit="市水务局", about=about,
    )  # fmt: skip


def _file(number: int, about: tuple[str, ...], readers: frozenset[str]) -> Record:
    return Record(
        id=f"file:{number}", kind="file", title="附件1.docx", text="GB/T 9704样张，水库名录。",
        date=date(2026, 6, 1), readers=readers, about=about,
    )  # fmt: skip


def _adoption(number: int, level: str, about: tuple[str, ...], readers: frozenset[str]) -> Record:
    return Record(
        id=f"adoption:{number}", kind="adoption", title="简报摘登", text="上级办公厅《专报》刊用。",
        date=date(2026, 7, number - 80), readers=readers, adopted=level, about=about,
        unit="清溪县",
    )  # fmt: skip


ALPHABET = "云汀市防汛水库，。“经济社会7 2"


def generated() -> Iterator[Record]:
    """Texts out of few characters, so that everything stands beside everything."""
    state = 7
    for number in range(101, 141):
        letters = []
        for _ in range(number % 37 + 3):
            state = (state * 1103515245 + 12345) % 2**31
            letters.append(ALPHABET[(state >> 8) % len(ALPHABET)])
        yield _item(
            number,
            "",
            "".join(letters),
            readers=STAFF if number % 3 else EDITORS,
            date=DAY + timedelta(days=number % 40),
            unit=("市水务局", "清溪县", "")[number % 3],
            number=None,
            total=None,
            about=(f"item:{number - 1}",) if number % 4 == 0 else (),
        )
