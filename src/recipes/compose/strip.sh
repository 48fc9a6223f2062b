# strip.sh TREE: strip what is of the target in the tree.
find "$1" -type f | while read -r file; do
  case $(head -c 7 "$file" | tr -d '\000') in
    '!<arch>') $TARGET-strip --strip-debug --enable-deterministic-archives "$file" ;;
    ?ELF*)
      case $file in
        *.o) $TARGET-strip --strip-debug "$file" ;;
        *) $TARGET-strip --strip-unneeded "$file" ;;
      esac ;;
  esac
done
