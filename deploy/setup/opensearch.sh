# In this file a real OpenSearch is fetched for the tests, where Java and Maven are. Sourced.
fetch_opensearch() {  # $1: the folder
  mvn -q -B -f tests/search/node/pom.xml dependency:copy-dependencies -DoutputDirectory="$1" >/dev/null 2>&1
}

install_opensearch() {
  local folder="$BUILD/opensearch" stamp fetched
  stamp=$(digest tests/search/node/pom.xml deploy/setup/opensearch.sha256)
  is_done opensearch.stamp "$stamp" && [ -d "$folder" ] && return 0
  command -v javac >/dev/null && command -v mvn >/dev/null || { say "没有 Java（JDK）或 Maven，跳过 OpenSearch：多机检索不测。"; return 0; }
  say "取 OpenSearch（逐个核对摘要）"
  fetched=$(mktemp -d)
  if fetch_opensearch "$fetched" || fetch_opensearch "$fetched" || fetch_opensearch "$fetched" \
      && (cd "$fetched" && sha256sum -c --status --strict) < deploy/setup/opensearch.sha256 \
      && [ "$(ls "$fetched" | wc -l)" = "$(wc -l < deploy/setup/opensearch.sha256)" ]; then
    rm -rf "$folder"
    mkdir -p "$BUILD"
    mv "$fetched" "$folder"
    done_now opensearch.stamp "$stamp"
  else
    rm -rf "$fetched"
    say "OpenSearch 没有取到，多机检索不测。"
  fi
}
