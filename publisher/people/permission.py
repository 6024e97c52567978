"""In this file we write down which role may do what: one table, greppable by permission.

| role | in the office |
|---|---|
| reporter, unit_head, handler | 信息员、单位负责人、承办人: a reporting unit's people |
| editor, checker, director | 编辑、核稿、签发: the publishing office |
| leader, secretary | 领导、领导秘书 |
| officer | 督查员 |
| researcher, archivist | 研究人员、档案员 |
| administrator, security, auditor | 三员: no rights in the business, nobody is two of them |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from publisher.words import N_, Worded


class Role(Worded):
    """What somebody is in the office."""

    REPORTER = "reporter", N_("信息员")
    UNIT_HEAD = "unit_head", N_("单位负责人")
    EDITOR = "editor", N_("编辑")
    CHECKER = "checker", N_("核稿人")
    DIRECTOR = "director", N_("签发人")
    LEADER = "leader", N_("领导")
    SECRETARY = "secretary", N_("领导秘书")
    OFFICER = "officer", N_("督查员")
    HANDLER = "handler", N_("承办人")
    RESEARCHER = "researcher", N_("研究人员")
    ARCHIVIST = "archivist", N_("档案员")
    ADMINISTRATOR = "administrator", N_("系统管理员")
    SECURITY = "security", N_("安全管理员")
    AUDITOR = "auditor", N_("审计管理员")


class Permission:
    """Every permission of the house, by room; search for a name to find where it is asked."""

    class People:
        """Units, persons and roles."""

        MANAGE: Final = "people.manage"
        GRANT: Final = "people.grant"

    class Serials:
        """What the office publishes."""

        MANAGE: Final = "serials.manage"

    class Calls:
        """What the office asks for."""

        MANAGE: Final = "calls.manage"

    class Submissions:
        """What units send in."""

        SUBMIT: Final = "submissions.submit"
        SEE_ALL: Final = "submissions.see_all"
        SEE_OWN_UNIT: Final = "submissions.see_own_unit"

    class Items:
        """What the desk makes of it."""

        EDIT: Final = "items.edit"
        SEE: Final = "items.see"

    class Approvals:
        """Steps of a route are given by role; this is the door to the queue."""

        DECIDE: Final = "approvals.decide"

    class Issues:
        """Numbered issues."""

        COMPILE: Final = "issues.compile"
        SIGN: Final = "issues.sign"

    class Publication:
        """From a signed issue to files, archive and index."""

        CORRECT: Final = "publication.correct"
        WITHDRAW: Final = "publication.withdraw"
        WATCH: Final = "publication.watch"

    class Library:
        """The reading room."""

        READ: Final = "library.read"
        SEARCH: Final = "library.search"
        ANNOTATE: Final = "library.annotate"
        SEE_READERS: Final = "library.see_readers"
        KEEP_WORDS: Final = "library.keep_words"

    class Instructions:
        """What leaders write."""

        WRITE: Final = "instructions.write"
        WRITE_FOR_ANOTHER: Final = "instructions.write_for_another"
        REGISTER: Final = "instructions.register"
        SEE_ALL: Final = "instructions.see_all"

    class Followups:
        """Cases and what units report."""

        MANAGE: Final = "followups.manage"
        HANDLE: Final = "followups.handle"
        DECIDE: Final = "followups.decide"

    class Scores:
        """Points and rankings."""

        SEE: Final = "scores.see"
        MANAGE: Final = "scores.manage"

    class Archive:
        """The store that is for ever."""

        SEE: Final = "archive.see"
        VERIFY: Final = "archive.verify"
        ENTER: Final = "archive.enter"
        FILE: Final = "archive.file"

    class History:
        """Who did what."""

        READ: Final = "history.read"


P = Permission
_UNIT = {P.Submissions.SUBMIT, P.Library.READ, P.Library.SEARCH, P.Scores.SEE}
_DESK = {
    P.Submissions.SEE_ALL,
    P.Submissions.SUBMIT,
    P.Items.SEE,
    P.Library.READ,
    P.Library.SEARCH,
    P.Library.ANNOTATE,
    P.Instructions.SEE_ALL,
    P.Publication.WATCH,
    P.Scores.SEE,
    P.Archive.SEE,
}
_READER = {P.Library.READ, P.Library.SEARCH, P.Library.ANNOTATE}

PERMISSIONS: Mapping[Role, frozenset[str]] = {
    Role.REPORTER: frozenset(_UNIT),
    Role.UNIT_HEAD: frozenset(_UNIT | {P.Submissions.SEE_OWN_UNIT, P.Followups.HANDLE}),
    Role.HANDLER: frozenset({P.Library.READ, P.Library.SEARCH, P.Followups.HANDLE}),
    Role.EDITOR: frozenset(
        _DESK | {P.Items.EDIT, P.Issues.COMPILE, P.Calls.MANAGE, P.Publication.CORRECT}
    ),
    Role.CHECKER: frozenset(_DESK | {P.Items.EDIT, P.Approvals.DECIDE, P.Issues.COMPILE}),
    Role.DIRECTOR: frozenset(
        _DESK
        | {
            P.Approvals.DECIDE,
            P.Issues.SIGN,
            P.Followups.DECIDE,
            P.Publication.CORRECT,
            P.Publication.WITHDRAW,
            P.Library.SEE_READERS,
            P.Scores.MANAGE,
        }
    ),
    Role.LEADER: frozenset(_READER | {P.Instructions.WRITE, P.Scores.SEE}),
    Role.SECRETARY: frozenset(_READER | {P.Instructions.WRITE_FOR_ANOTHER}),
    Role.OFFICER: frozenset(
        _READER
        | {
            P.Instructions.REGISTER,
            P.Instructions.SEE_ALL,
            P.Followups.MANAGE,
            P.Submissions.SUBMIT,
            P.Library.SEE_READERS,
            P.Scores.SEE,
        }
    ),
    Role.RESEARCHER: frozenset(
        _READER | {P.Library.KEEP_WORDS, P.Instructions.SEE_ALL, P.Scores.SEE}
    ),
    Role.ARCHIVIST: frozenset(
        _READER
        | {
            P.Archive.SEE,
            P.Archive.VERIFY,
            P.Archive.ENTER,
            P.Archive.FILE,
            P.Publication.WATCH,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {P.People.MANAGE, P.Serials.MANAGE, P.Library.KEEP_WORDS, P.Archive.VERIFY}
    ),
    Role.SECURITY: frozenset({P.People.GRANT}),
    Role.AUDITOR: frozenset({P.History.READ}),
}

STOOD_IN: frozenset[Role] = frozenset({Role.OFFICER})
"""Roles whose whole work a substitute does while the person is away (who tracks a case is needed
every day). A yes on a route is given for somebody in its own way, see approvals."""

SEPARATE: frozenset[Role] = frozenset({Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR})
"""三员分立: nobody holds two of these, and who holds one holds nothing else (domain.md 7.1)."""
