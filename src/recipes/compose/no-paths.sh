# no-paths.sh TREE PATTERN: fail if a file of the tree holds a path of the build. PATTERN is how such paths begin; what merely has it within another
# absolute path is none: the host tools' own libraries, linked in, name the place where their distribution built them.
paths="(^|[^A-Za-z0-9_.+/-])([A-Za-z0-9_.+-][A-Za-z0-9_.+/-]*)?($2)"
if grep -rlaE "$paths" "$1" > /tmp/with-paths; then
  echo "these files hold a path of the build ($2):" >&2
  while read -r file; do echo "$file: $(grep -aoE ".{0,30}$paths.{0,40}" "$file" | head -n 1 | tr -cd '[:print:]')" >&2; done < /tmp/with-paths
  exit 1
fi
