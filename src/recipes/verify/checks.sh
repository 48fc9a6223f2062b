# To be sourced, with RESULTS set: `check NAME COMMAND...` runs the command and writes "name<TAB>pass|fail<TAB>last line of its output".
# A failed check does not end the step: the verify step shows all results, and fails.
mkdir -p "${RESULTS%/*}"
: > "$RESULTS"

# Where the steps are accelerated, the native compiler itself is meant by: native gcc ARGUMENT...
native() {
  driver=$1
  shift
  set -- "$driver" "-B$(echo /in/native/usr/libexec/gcc/*/*/)" -B/in/native/usr/bin/ "$@"
  # What stands in for it is no program of the target.
  ran=$("$@" -print-prog-name=cc1) && case $ran in /in/native/*) "$@" ;; *) echo "the native compiler would not run, but $ran"; return 1 ;; esac
}

check() {
  name=$1
  shift
  if ("$@") > check.log 2>&1; then result=pass; else result=fail; fi
  printf '%s\t%s\t%s\n' "$name" "$result" "$(tail -n 1 check.log | tr '\t' ' ')" >> "$RESULTS"
  echo "== $name: $result"
  tail -n 50 check.log
}
