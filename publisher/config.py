"""In this file we keep every setting, each with its sentence."""

from __future__ import annotations

import json
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from publisher.errors import SettingsWrong

PREFIX = "JIANBAO_"
CONFIG_FILE = "config.toml"
LANGUAGES = ("zh_CN", "en")
NONE_IS_MEANT = frozenset({"trusted_proxies"})
"""The numbers that may be 0; every other one is at least 1."""
LAST_PORT = 65535
SHAPES = {
    "reminder_days": (
        re.compile(r"(-?\d{1,2}([,，] ?-?\d{1,2})*)?"),
        "用逗号分开的整数，如 -3,-1,0,1,3,7",
    ),
    "opensearch_url": (
        re.compile(r"(https?://[^\s,，/@]+/?([,，] ?https?://[^\s,，/@]+/?)*)?"),
        " https://主机:9200 这样的地址，多个用逗号分开，用户名和密码另有设置项",
    ),
    "opensearch_index": (
        re.compile(r"[a-z0-9][a-z0-9_-]{0,59}"),
        "小写字母、数字、- 和 _ 组成的名字，至多 60 个字",
    ),
}
"""How the texts of some settings are written, and how that is said."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an office decides about its installation.

    Each field may stand in instance/config.toml under its own name, or in the environment in
    capitals behind JIANBAO_; the environment wins.
    """

    instance: Path
    """The folder of this office's data; `JIANBAO_INSTANCE` or `--instance` names another."""

    secret_key: str = ""
    """Signs cookies and forms; made at `jianbao init`, at least 32 characters, never shared."""

    office_name: str = "政府办公室"
    """The office's name as it stands at the top of every page."""

    database_url: str = ""
    """Where the records are: empty for SQLite in the instance, or postgresql+psycopg://…"""

    host: str = "127.0.0.1"
    """The address the site is served on; put a web server with TLS in front for an office."""

    port: int = 8000
    """The port the site is served on."""

    web_workers: int = 1
    """How many web processes answer; each takes some 150 MB."""

    web_threads: int = 8
    """How many requests one web process answers at a time."""

    secure_cookies: bool = False
    """Send cookies over TLS only; switch on wherever the site is reached by https."""

    trusted_proxies: int = 0
    """How many web servers stand in front and set X-Forwarded-For; 0 trusts none."""

    language: str = "zh_CN"
    """The language of a person who chose none: zh_CN or en."""

    demo: bool = False
    """This is a demonstration: the sign-in page names the invented accounts."""

    classified_network: bool = False
    """The machine stands on a classified network, so classifications above internal may be used."""

    idle_minutes: int = 30
    """After so many minutes without a request a person has to sign in again."""

    session_hours: int = 12
    """After so many hours a person has to sign in again, however busy."""

    lockout_failures: int = 5
    """After so many wrong passwords in a row an account rests."""

    lockout_minutes: int = 10
    """How long an account rests after too many wrong passwords."""

    password_length: int = 8
    """The least number of characters of a password."""

    upload_megabytes: int = 40
    """The largest file or form taken, in megabytes."""

    body_characters: int = 200_000
    """The longest text of one item, in characters."""

    typeset_seconds: int = 120
    """How long setting one issue may take before it is given up."""

    proof_days: int = 90
    """So many days after an issue came out its proofs lose their page pictures."""

    archive_storage: str = ""
    """Where the archive is: empty for the instance, another folder, or s3://bucket/prefix."""

    archive_copy: str = ""
    """A second copy of the archive, on another disk: a folder, or s3://bucket/prefix."""

    fonds_number: str = ""
    """The number the archives gave the office (全宗号); the first part of every archive number."""

    s3_endpoint: str = ""
    """The address of the S3-compatible storage, for archives that begin with s3://."""

    s3_key: str = ""
    """The access key of that storage."""

    s3_secret: str = ""
    """The secret key of that storage."""

    s3_region: str = ""
    """The region of that storage, where it asks for one."""

    opensearch_url: str = ""
    """The OpenSearch cluster that searches, as https://host:9200,…; empty for the own index."""

    opensearch_user: str = ""
    """The account at the cluster, where it asks for one."""

    opensearch_password: str = ""
    """The password of that account."""

    opensearch_ca: str = ""
    """The certificate of who signed the cluster's, a PEM file; empty trusts the machine's own."""

    opensearch_index: str = "jianbao"
    """What the names of this office's indices begin with, where several offices share a cluster."""

    opensearch_seconds: int = 10
    """How long the cluster may take over one question."""

    director_decides: bool = False
    """Whether a case is opened only once the director agreed to what is proposed."""

    reminder_days: str = "-3,-1,0,1,3,7"
    """When units are reminded of a case: working days from its limit, before it with a minus."""

    mail_server: str = ""
    """The office's mail server as host:port; empty sends no messages."""

    mail_from: str = ""
    """The address messages come from."""

    mail_user: str = ""
    """The account at the mail server, where it asks for one."""

    mail_password: str = ""
    """The password of that account."""

    mail_tls: bool = True
    """Speak to the mail server over TLS (STARTTLS; port 465 is TLS from the start)."""

    @property
    def archive_root(self) -> Path:
        """The folder of the archive, unless it lies elsewhere."""
        return self.instance / "archive"

    @property
    def index_path(self) -> Path:
        """The folder of the full-text index."""
        return self.instance / "index"

    @property
    def pictures_path(self) -> Path:
        """Photos in the size of a page; made again where they are lost."""
        return self.instance / "pictures"

    @property
    def files_path(self) -> Path:
        """Where uploads are kept under their digests."""
        return self.instance / "files"

    @property
    def staging_path(self) -> Path:
        """Where files wait between typesetting and the archive."""
        return self.instance / "staging"

    @property
    def proofs_path(self) -> Path:
        """Where the page pictures of proofs lie; the words of pulled ones are in the records."""
        return self.instance / "proofs"

    @property
    def previews_path(self) -> Path:
        """Where the pages of layouts in work lie; they can be made again at any time."""
        return self.instance / "previews"

    @property
    def layouts_path(self) -> Path:
        """The office's own layouts."""
        return self.instance / "layouts"

    @property
    def fonts_path(self) -> Path:
        """The office's own licensed typefaces."""
        return self.instance / "fonts"

    @property
    def packages_path(self) -> Path:
        """Where packages for the archives lie until they are handed over."""
        return self.instance / "packages"

    @property
    def jobs_path(self) -> Path:
        """The queue of background work."""
        return self.instance / "jobs.db"

    @property
    def records_url(self) -> str:
        """The address of the database, SQLite in the instance unless another is named."""
        return self.database_url or f"sqlite+pysqlite:///{self.instance / 'jianbao.db'}"


def read_settings(
    instance: Path, environment: Mapping[str, str] | None = None, **given: object
) -> Settings:
    """Read the settings of the office in `instance`; `given` wins over environment and file.

    Raises `SettingsWrong` naming the setting that is unknown or of the wrong kind.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, object] = _from_file(instance / CONFIG_FILE)
    kinds = {field.name: field.type for field in fields(Settings) if field.name != "instance"}
    for name in values:
        if name not in kinds:
            raise SettingsWrong(f"{CONFIG_FILE} 里有不认识的设置项“{name}”。")
    for name in kinds:
        if (text := environment.get(PREFIX + name.upper())) is not None:
            values[name] = text
    values.update(given)
    return Settings(
        instance=instance.resolve(),
        **{name: _as_kind(name, kinds[name], value) for name, value in values.items()},  # type: ignore[arg-type]
    )


def _from_file(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsWrong(f"{path} 不是有效的 TOML 文件：{error}") from error


def _as_kind(name: str, kind: object, value: object) -> object:
    """Turn `value` into what the field wants; text from the environment included."""
    if kind == "bool":
        if isinstance(value, bool):
            return value
        if str(value).lower() in {"1", "true", "yes", "on"}:
            return True
        if str(value).lower() in {"0", "false", "no", "off", ""}:
            return False
        raise SettingsWrong(f"设置项“{name}”应为 true 或 false，现为“{value}”。")
    if kind == "int":
        return _as_number(name, value)
    if not isinstance(value, str):
        raise SettingsWrong(f"设置项“{name}”应为文字，现为“{value}”。")
    shape, said = SHAPES.get(name, (None, ""))
    if shape is not None and not shape.fullmatch(value):
        raise SettingsWrong(f"设置项“{name}”应为{said}，现为“{value}”。")
    if name == "language" and value not in LANGUAGES:
        raise SettingsWrong(f"设置项“{name}”应为 {' 或 '.join(LANGUAGES)}，现为“{value}”。")
    return value


def _as_number(name: str, value: object) -> int:
    try:
        number = int(str(value))
    except ValueError as error:
        raise SettingsWrong(f"设置项“{name}”应为整数，现为“{value}”。") from error
    least = 0 if name in NONE_IS_MEANT else 1
    if number < least:
        raise SettingsWrong(f"设置项“{name}”不能小于 {least}，现为“{value}”。")
    if name == "port" and number > LAST_PORT:
        raise SettingsWrong(f"设置项“{name}”不能大于 {LAST_PORT}，现为“{value}”。")
    return number


def write_first_config(instance: Path, *, office_name: str, demo: bool = False) -> Path:
    """Write config.toml with a fresh secret, readable by its owner only; keep one that exists."""
    path = instance / CONFIG_FILE
    if path.exists():
        return path
    instance.mkdir(parents=True, exist_ok=True)
    lines = [
        "# 每一项设置的说明见 docs/settings.md",
        f"office_name = {json.dumps(office_name, ensure_ascii=False)}",
        f'secret_key = "{secrets.token_urlsafe(48)}"',
        f"demo = {str(demo).lower()}",
    ]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path
