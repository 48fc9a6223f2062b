# no-paths.sh TREE PATTERN: fail if a file of the tree holds a path of the build.
if grep -rlaE "$2" "$1" > /tmp/with-paths; then
  echo "these files hold a path of the build ($2):" >&2
  while read -r file; do echo "$file: $(grep -aoE ".{0,30}($2).{0,40}" "$file" | head -n 1 | tr -cd '[:print:]')" >&2; done < /tmp/with-paths
  exit 1
fi
