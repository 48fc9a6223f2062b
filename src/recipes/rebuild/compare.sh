# compare.sh NAMES FIRST SECOND RESULT: fails unless each file of NAMES that FIRST has is in SECOND with the same bytes, stripped as those of FIRST are;
# writes how many were compared. A difference is told with the sections in which it is.
names=$1 first=$2 second=$3 result=$4
dump() { # dump FILE DIRECTORY: a file for each section
  rm -rf "$2"
  mkdir "$2"
  $TARGET-objdump -s "$1" | awk -v to="$2" '
    /^Contents of section / { close(file); file = $4; sub(/:$/, "", file); gsub("/", "_", file); file = to "/" file; next }
    file != "" { print >> file }'
}
sections() {
  dump "$1" one
  dump "$2" other
  find one other -type f | sed 's|^[^/]*/||' | sort -u | while IFS= read -r section; do
    cmp -s "one/$section" "other/$section" || printf ' %s' "$section"
  done
}
(cd "$names" && find . -type f) | sed 's|^\./||' | sort > names
compared=0 bytes=0 different=0
while IFS= read -r file; do
  # Neither what the sysroot leaves out, nor what is a link in it.
  if test -h "$first/$file" || ! test -f "$first/$file"; then continue; fi
  compared=$((compared + 1)) bytes=$((bytes + $(wc -c < "$first/$file")))
  if ! test -f "$second/$file"; then
    echo "different: $file, which was not built again"
  else
    cp "$second/$file" again
    case $(head -c 4 again | tr -d '\177') in ELF) $TARGET-strip --strip-unneeded again ;; esac
    if cmp -s "$first/$file" again; then continue; fi
    echo "different: $file, of $(wc -c < "$first/$file") and $(wc -c < again) bytes, in sections:$(sections "$first/$file" again)"
  fi
  different=$((different + 1))
done < names
said="$compared files of $bytes bytes compared: $((compared - different)) identical, $different different"
echo "$said"
test $different = 0
if test $compared -lt "${MINIMUM:-20}"; then
  echo "so few files are no proof, expected at least ${MINIMUM:-20}" >&2
  exit 1
fi
echo "$said" > "$result"
