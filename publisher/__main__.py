"""In this file `python -m publisher` is the console script."""

from __future__ import annotations

from publisher.cli import main

main()
