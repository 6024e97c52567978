"""In this file names of two characters are set as wide as those of three: 张　三 above 李四光.

Only the room between the characters is made, by the press; the name stays 张三 for whoever
searches or copies it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from layouts.document import Block, Cell, ListItem, Mark, Paragraph, Run, Runs, Table, plain

HAN = "[\u3400-\u9fff·]"
NAME = re.compile(rf"{HAN}{{2,4}}")
SHORT, LONG = 2, 3
HEADS = re.compile("姓名|名单|人员|(?:联系|负责|责任|经办|承办|审核|签发|校对|报送|填报)人")
"""What stands above a column of names."""
LIST = re.compile(rf"(?:[^\s：]{{1,12}}：)?{HAN}{{2,4}}(?:[ \u3000]+{HAN}{{2,4}}){{2,}}")
"""Names apart by blanks, behind a label or none: 出席：张三　李四光　王五."""
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭"
    "郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟"
    "平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江"
    "童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔"
    "吉龚程嵇邢裴陆荣翁荀羊惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊"
    "宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双"
    "闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼"
    "容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简"
    "饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖岳覃闫佟付代仉楚仝商牟佘墨谯笪年爱阳"
)


def aligned(names: Iterable[str]) -> bool:
    """Whether these names are of two characters and of three: then the short ones are set apart."""
    lengths = {len(name) for name in names if NAME.fullmatch(name)}
    return SHORT in lengths and LONG in lengths


def apart(name: str) -> Runs:
    """A name as it stands among longer ones: of two characters, room for a third between them."""
    if len(name) == SHORT and NAME.fullmatch(name):
        return (Run(name[0], frozenset({Mark.APART})), Run(name[1]))
    return (Run(name),)


def with_names(block: Block) -> Block:
    """A block with the names of its lists and columns set as wide as one another."""
    if isinstance(block, Table):
        return _in_columns(block)
    if isinstance(block, Paragraph | ListItem) and len(block.runs) == 1:
        text = block.runs[0].text
        if LIST.fullmatch(text):
            return replace(block, runs=_in_list(block.runs[0]))
    return block


def _in_list(run: Run) -> Runs:
    label, colon, words = run.text.rpartition("：")
    pieces = re.split("([ \u3000]+)", words)
    names = pieces[::2]
    if not aligned(names) or any(name[0] not in SURNAMES for name in names):
        return (run,)
    runs = [Run(label + colon, run.marks)] if label else []
    for piece in pieces:
        runs += [replace(one, marks=one.marks | run.marks) for one in apart(piece)]
    return tuple(runs)


def _in_columns(table: Table) -> Table:
    heads = {
        start
        for line in table.grid()[: table.head_rows]
        for cell, start, end in line
        if end - start == 1 and HEADS.search(plain(cell.runs))
    }
    columns = {column: _names_below(table, column) for column in heads}
    short = {column for column, names in columns.items() if aligned(names)}
    if not short:
        return table
    rows = tuple(
        tuple(
            _cell(cell, start in short and number >= table.head_rows) for cell, start, _end in line
        )
        for number, line in enumerate(table.grid())
    )
    return replace(table, rows=rows)


def _names_below(table: Table, column: int) -> list[str]:
    return [
        plain(cell.runs)
        for line in table.grid()[table.head_rows :]
        for cell, start, _end in line
        if start == column
    ]


def _cell(cell: Cell, is_name: bool) -> Cell:
    if not is_name or len(cell.runs) != 1 or cell.runs[0].note:
        return cell
    (run,) = cell.runs
    runs = tuple(replace(one, marks=one.marks | run.marks) for one in apart(run.text))
    return replace(cell, runs=runs)
