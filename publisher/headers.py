"""In this file we send the headers that keep browsers strict."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.urls import iri_to_uri

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "frame-src 'self'",
    )
)
"""Nothing from outside, no inline script, no inline style."""


def init_headers(app: Flask) -> None:
    """Add the headers to every answer."""
    app.after_request(_add)
    app.after_request(_say_where)


def _say_where(response: Response) -> Response:
    """Tell a script where its form leads, in place of leading it there.

    The next page says once what was done; it is the person's to read, not the script's.
    """
    if request.headers.get("X-Say-Where") and response.status_code in {302, 303}:
        response.headers["X-Where"] = iri_to_uri(response.headers.pop("Location"))
        response.status_code = 204
        response.set_data(b"")
    return response


def _add(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.endpoint != "static":
        # What was on the screen is not kept by the browser after signing out (domain.md 7.1).
        headers.setdefault("Cache-Control", "no-store")
    return response
