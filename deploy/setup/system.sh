# In this file Debian's packages are installed that Python packages cannot bring. Sourced.
# What every machine needs: WeasyPrint's libraries, Chinese faces for rare characters, and Latin ones of
# the widths of Times New Roman, so that lines break alike in Word and PDF.
PACKAGES=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-cjk fonts-liberation)

needs_package() { ! dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

install_packages() {
  command -v dpkg-query >/dev/null || { say "不是 Debian 或 Ubuntu，跳过系统软件包；请自行安装 Pango、Fontconfig 和中文字体。"; return 0; }
  local missing=() name
  for name in "$@"; do needs_package "$name" && missing+=("$name"); done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ]; then
    printf '需要系统软件包，请以 root 运行下面一行，再重新运行本命令：\n\n  apt-get update && apt-get install -y --no-install-recommends %s\n\n' "${missing[*]}" >&2
    exit 1
  fi
  say "安装系统软件包：${missing[*]}"
  local log; log=$(mktemp)
  if ! { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -20 "$log" >&2
    fail "系统软件包没有装上，全部输出见 $log"
  fi
  rm -f "$log"
}

# Faces for 仿宋, 宋体, 黑体, 楷体 out of Debian's TeX package, without installing TeX. The bold ones stay
# behind: they claim the weight of the regular ones, and would be taken for them.
install_fandol() {
  local home="${XDG_DATA_HOME:-$HOME/.local/share}/fonts/jianbao"
  [ -f "$home/FandolFang-Regular.otf" ] && return 0
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { say "没有 apt，跳过 Fandol 字体，改用 Noto。"; return 0; }
  say "取 Fandol 字体（仿宋、宋体、黑体、楷体）"
  local folder; folder=$(mktemp -d)
  chmod 755 "$folder"
  if (cd "$folder" && apt-get download -q texlive-lang-chinese >/dev/null 2>&1 && dpkg-deb -x ./*.deb x); then
    mkdir -p "$home"
    cp "$folder"/x/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/Fandol{Fang,Song,Hei,Kai}-Regular.otf "$home"/
    fc-cache -f "$home" >/dev/null 2>&1 || true
  else
    say "Fandol 字体没有取到，版面改用 Noto 字体。"
  fi
  rm -rf "$folder"
}
