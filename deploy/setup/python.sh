# In this file the virtual environment is made and filled from a lock file with hashes. Sourced.
find_python() {
  local name
  for name in python3 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$name"; return 0
    fi
  done
  fail "需要 Python 3.11 或更新的版本。"
}

make_environment() {  # $1: the lock file
  local python; python=$(find_python)
  if [ ! -x .venv/bin/python ]; then
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
      install_packages python3-venv
    fi
    say "建立虚拟环境 .venv"
    "$python" -m venv .venv || fail "虚拟环境没有建成。"
  fi
  local stamp; stamp=$(digest "$1" pyproject.toml)
  is_done "$(basename "$1").stamp" "$stamp" && return 0
  say "安装 Python 软件包（按 $1 逐个核对摘要）"
  .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$1" || fail "Python 软件包没有装上。"
  .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . || fail "本程序没有装上。"
  done_now "$(basename "$1").stamp" "$stamp"
}

compile_translations() {
  compgen -G 'publisher/translations/*/LC_MESSAGES/*.po' >/dev/null || return 0
  local stamp; stamp=$(digest publisher/translations/*/LC_MESSAGES/*.po)
  is_done translations.stamp "$stamp" && compgen -G 'publisher/translations/*/LC_MESSAGES/*.mo' >/dev/null && return 0
  say "编译界面译文"
  .venv/bin/pybabel -q compile -d publisher/translations
  done_now translations.stamp "$stamp"
}
