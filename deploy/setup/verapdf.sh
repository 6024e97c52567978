# In this file the validator of PDF/A and PDF/UA is fetched for the tests, where Java and Maven are. Sourced.
VERAPDF=org.verapdf.apps:greenfield-apps:1.28.2
VERAPDF_DIGEST=687d4d8bcfec48c9f7e931cf78ed061f1eeccfba55d4cdc000ba9b4d8aa46ce6

install_verapdf() {
  local file="$BUILD/verapdf/greenfield-apps.jar"
  [ -f "$file" ] && return 0
  command -v java >/dev/null && command -v mvn >/dev/null || { say "没有 Java 或 Maven，跳过 veraPDF：PDF/A 和 PDF/UA 只查结构。"; return 0; }
  say "取 veraPDF（核对摘要）"
  local folder; folder=$(mktemp -d)
  if mvn -q -B dependency:copy -Dartifact="$VERAPDF" -DoutputDirectory="$folder" >/dev/null 2>&1 \
      && printf '%s  %s\n' "$VERAPDF_DIGEST" "$folder"/greenfield-apps-*.jar | sha256sum -c --status; then
    mkdir -p "$BUILD/verapdf"
    mv "$folder"/greenfield-apps-*.jar "$file"
  else
    say "veraPDF 没有取到，PDF/A 和 PDF/UA 只查结构。"
  fi
  rm -rf "$folder"
}
