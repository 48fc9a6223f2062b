# probe-tools.sh NAME[>=VERSION]...: one line "name<TAB>version" for each tool; every missing or old one is named, then fails.
failed=

version_of() {
  case $1 in
    openssl) openssl version ;;
    m4 | gawk) "$1" --version ;;
    perl) perl -e 'printf "perl %vd\n", $^V' ;;
    *) "$1" --version 2>&1 < /dev/null || "$1" -V 2>&1 < /dev/null || true ;;
  esac | grep -o '[0-9][0-9]*\.[0-9][0-9.]*' | head -n 1
}

at_least() { # at_least VERSION LOWEST
  test "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2"
}

for tool; do
  name=${tool%%>=*}
  lowest=
  case $tool in *'>='*) lowest=${tool#*>=} ;; esac
  if ! command -v "$name" > /dev/null; then
    echo "host tool missing: $name${lowest:+ (at least $lowest)}" >&2
    failed="$failed $name"
    continue
  fi
  version=
  if test -n "$lowest"; then
    version=$(version_of "$name")
    if ! at_least "${version:-0}" "$lowest"; then
      echo "host tool too old: $name is ${version:-of unknown version}, expected at least $lowest" >&2
      failed="$failed $name"
    fi
  fi
  printf '%s\t%s\n' "$name" "${version:-present}"
done
# All of them in one line: of a long list only the end is shown.
test -z "$failed" || { echo "host tools missing or too old:$failed" >&2; exit 1; }
