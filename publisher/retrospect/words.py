"""In this file each doubt about an old issue gets its sentence."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from publisher.words import N_

DOUBTS: Mapping[str, str] = {
    "scan": N_("文件里没有文字，可能是扫描件，请对照页面填写。"),
    "ocr": N_("扫描件的文字是从图上识别的，请对照页面核对。"),
    "no_ocr": N_(
        "扫描件要对照页面填写；请系统管理员装上文字识别组件（见运维手册）后，也可以重新识别。"
    ),
    "serial": N_("没有认出刊名，请选择刊物。"),
    "number": N_("没有认出期号。"),
    "date": N_("没有认出日期。"),
    "year": N_("期号的年份与日期不一致。"),
    "contents": N_("目录与正文的标题对不上。"),
    "numbered": N_("标题只能从序号认出，请核对条目的起止。"),
    "articles": N_("没有分出条目，请指明哪一段是标题。"),
    "empty": N_("有条目没有正文。"),
    "before": N_("第一条标题之前还有文字，没有归入任何条目。"),
    "notes": N_("文件本身需要留意。"),
    "counter": N_("期号在现有计数之后，入库时须同时接续期号计数。"),
}
"""Sentence of each code a draft may carry."""


def doubt_sentences(doubts: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a person should look at, each with what was read there."""
    return [(str(_(DOUBTS.get(code, code))), read) for code, read in doubts.items()]
