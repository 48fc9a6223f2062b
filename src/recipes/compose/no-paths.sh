# no-paths.sh TREE PATTERN: fail if a file of the tree holds a path of the build. PATTERN is how such paths begin; what merely has it within another
# absolute path is none: the host tools' own libraries, linked in, name the place where their distribution built them.
paths="(^|[^A-Za-z0-9_.+/-])([A-Za-z0-9_.+-][A-Za-z0-9_.+/-]*)?($2)"
# gfortran's library has the names of its files for what it says of a line that fails, and -ffile-prefix-map does not reach these (GCC 16).
fortran=/src/gcc/libgfortran/
grep -rlaE "$paths" "$1" | while read -r file; do
  if grep -aoE "($paths)(libgfortran/)?" "$file" | grep -qav "$fortran\$"; then
    echo "$file: $(grep -aoE ".{0,30}$paths[^[:cntrl:]]{0,40}" "$file" | grep -av "$fortran" | head -n 1 | tr -cd '[:print:]')"
  fi
done > /tmp/with-paths
if test -s /tmp/with-paths; then
  echo "these files hold a path of the build ($2):" >&2
  cat /tmp/with-paths >&2
  exit 1
fi
