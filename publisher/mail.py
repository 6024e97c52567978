"""In this file a message goes to the office's own mail server, where there is one."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from publisher import clock
from publisher.config import Settings
from publisher.errors import PublisherError

SECONDS = 20
TLS_PORT = 465
PLAIN_PORT = 25


class MailFailed(PublisherError):
    """The mail server did not take a message."""


def is_configured(settings: Settings) -> bool:
    """Whether the office sends messages."""
    return bool(settings.mail_server and settings.mail_from)


def send(settings: Settings, to: Sequence[str], subject: str, text: str) -> None:
    """Send one message to several addresses, none of which sees the others.

    Raises `MailFailed` with the server's words where it could not be handed over.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.mail_from
    message["Subject"] = subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = make_msgid(domain="jianbao.invalid")
    message.set_content(text)
    try:
        with _connected(settings) as server:
            server.send_message(message, settings.mail_from, list(to))
    except (OSError, smtplib.SMTPException) as error:
        raise MailFailed(f"邮件没有发出：{error}") from error


def _connected(settings: Settings) -> smtplib.SMTP:
    host, _colon, typed = settings.mail_server.rpartition(":")
    if not host:
        host, typed = typed, ""
    port = int(typed or PLAIN_PORT)
    context = ssl.create_default_context()
    if settings.mail_tls and port == TLS_PORT:
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
        if settings.mail_tls:
            server.starttls(context=context)
    if settings.mail_user:
        server.login(settings.mail_user, settings.mail_password)
    return server
