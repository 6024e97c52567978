"""In this file a web server finds the application of the instance named in the environment."""

from __future__ import annotations

from publisher import create_app

app = create_app()
