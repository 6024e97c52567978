"""In this file a web server finds the application of the instance named in the environment."""

from __future__ import annotations

import gc

from publisher import create_app

app = create_app()
# What the program itself is made of never becomes garbage: left out of every later full search for
# garbage, it no longer holds up a page in the midst of it (by some 120 ms).
gc.collect()
gc.freeze()
