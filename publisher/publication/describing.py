"""In this file an archived issue is described by the names of DA/T 46-2009, as JSON and as XML.

The names are those of 文书类电子文件元数据方案, the standard for the metadata of administrative
records; what an issue needs beyond it (its edition, the digest of each file) has groups of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

JSON, XML = "record.json", "record.xml"
FORM = 1
RETENTION = {0: "永久", 10: "定期10年", 30: "定期30年"}
FORMATS = {
    "pdf": "PDF",
    "docx": "Word（OOXML）",
    "doc": "Word（97-2003）",
    "html": "HTML",
    "json": "JSON",
    "txt": "文本",
    "png": "PNG",
    "jpg": "JPEG",
    "tif": "TIFF",
}


def retention_word(years: int) -> str:
    """A retention period as registers write it."""
    return RETENTION.get(years, f"定期{years}年")


def responsible(masthead: str) -> str:
    """The office of a masthead without what it did there (编, 编印, 主办), as 责任者."""
    name = masthead.strip()
    for done in ("编印", "主办", "编"):
        name = name.removesuffix(done).strip()
    return name or masthead.strip()


def describe(
    issue: Mapping[str, Any],
    files: Mapping[str, str],
    *,
    office: str,
    fonds_number: str = "",
    pages: int,
    archive_number: str = "",
) -> dict[str, Any]:
    """The record of one issue: `issue` as the archive's own metadata names it, files by digest."""
    series = "增刊" if issue["series"] == "supplement" else ""
    return {
        "格式版本": FORM,
        "聚合层次": "件",
        "来源": {"全宗名称": office, "立档单位名称": office, "全宗号": fonds_number},
        "电子文件号": issue["object"],
        "档号": archive_number,
        "内容描述": {
            "题名": f"《{issue['serial']}》{issue['number_text']}",
            "副题名": issue["correction"],
            "摘要": "；".join(issue["titles"]),
            "文件编号": f"{issue['year']}年{series}第{issue['number']}期",
            "责任者": responsible(issue["issuing_office"]),
            "日期": issue["dated_on"],
            "文种": "简报",
            "签发人": issue["signed_by"],
            "签发日期": issue["signed_at"][:10],
            "页数": pages,
            "语种": "汉语",
        },
        "形式特征": {
            "版本": f"第{issue['edition']}版",
            "补录": "是" if issue.get("entered_later") else "否",
        },
        "管理": {"保管期限": retention_word(issue["retention_years"])},
        "电子属性": [
            {
                "文件名": name,
                "格式": FORMATS.get(name.rpartition(".")[2], name.rpartition(".")[2].upper()),
                "校验算法": "SHA-512",
                "校验值": digest,
            }
            for name, digest in sorted(files.items())
        ],
    }


def as_json(record: Mapping[str, Any]) -> bytes:
    """The record as JSON."""
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()


def as_xml(record: Mapping[str, Any]) -> bytes:
    """The record as XML, an element for each name; a file for each of a list."""
    root = ET.Element("电子文件元数据")
    _fill(root, record)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _fill(element: ET.Element, value: object) -> None:
    if isinstance(value, Mapping):
        for name, one in value.items():
            if isinstance(one, list):
                for part in one:
                    _fill(ET.SubElement(element, str(name)), part)
            else:
                _fill(ET.SubElement(element, str(name)), one)
    else:
        element.text = "".join(c for c in str(value) if c.isprintable() or c in "\n\t")
