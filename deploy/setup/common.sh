# In this file are the words and stamps that the set-up scripts share; they are sourced, not run.
say() { printf '· %s\n' "$*"; }
fail() { printf '✗ %s\n' "$*" >&2; exit 1; }

BUILD=.venv/jianbao
is_done() { [ -f "$BUILD/$1" ] && [ "$(cat "$BUILD/$1")" = "$2" ]; }
done_now() { mkdir -p "$BUILD"; printf '%s' "$2" > "$BUILD/$1"; }
digest() { cat "$@" 2>/dev/null | sha256sum | cut -d' ' -f1; }
