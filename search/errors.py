"""In this file we name what can go wrong in searching."""

from __future__ import annotations


class SearchError(Exception):
    """Base of every search error; its text may be shown to a person."""


class RecordInvalid(SearchError):
    """A record cannot be indexed; `field` names the part that is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"检索记录的 {field} 有误：{reason}")
        self.field = field
        self.reason = reason


class IndexBusy(SearchError):
    """Another writer held the index for longer than we may wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"检索索引正由另一进程写入，等候 {seconds:g} 秒仍未空闲，请稍后再试。")


class BuilderLost(SearchError):
    """A process that builds a part of the index ended before its work, killed or out of memory."""

    def __init__(self) -> None:
        super().__init__("建立索引的进程中途退出，可能是内存不足。原有索引照常可用，请再建一次。")


class EngineAway(SearchError):
    """The cluster that answers does not answer, or does not let us in; `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"检索服务器暂时连不上（{reason}）。改动都记着，恢复后自动补上。")
        self.reason = reason


class QueryRefused(SearchError):
    """The cluster would not do what this very request says; `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"检索服务器没有接受这一请求（{reason}）；若是检索，请减少词语后再试。")
        self.reason = reason


class IndexOutdated(SearchError):
    """The index was built by another schema or analyzer and must be rebuilt."""

    def __init__(self) -> None:
        super().__init__("检索索引由另一版本的程序建立，请先重建索引。")


class IndexDamaged(SearchError):
    """The files of the index cannot be read; a rebuild heals it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"检索索引无法读取（{reason}），请重建索引。")


class IndexUnwritable(SearchError):
    """The disk takes no more of the index; nothing confirmed is lost. `reason` is the system's."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"检索索引写不进磁盘（{reason}）。原有内容照常可查，改动都记着，腾出空间后自动补上。"
        )
        self.reason = reason
