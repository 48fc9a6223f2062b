# write.sh FILES OUT: writes the files that lie beside it, in FILES, to OUT, with what they say of the target.
files=$1
out=$2
processor=${TARGET%%-*}
# As Meson calls it.
case $processor in
  aarch64*) family=aarch64 ;;
  arm*) family=arm ;;
  hppa*) family=parisc ;;
  i?86) family=x86 ;;
  mips64* | mipsisa64*) family=mips64 ;;
  mips*) family=mips ;;
  powerpc64*) family=ppc64 ;;
  powerpc*) family=ppc ;;
  *) family=$processor ;;
esac

# Of what "name=version=digest" says, a row of a table.
rows=$(for source in $SOURCES; do
  digest=${source##*=}
  source=${source%=*}
  echo "| ${source%%=*} | ${source#*=} | \`$digest\` |"
done)

write() { # write FILE PLACE MODE
  mkdir -p "$out/${2%/*}"
  sed -e "s|@TRIPLET@|$TARGET|g; s|@PROCESSOR@|$processor|g; s|@FAMILY@|$family|g; s|@ENDIAN@|$ENDIAN|g; s|@BUILD@|$BUILD|g; s|@MACHINE@|${BUILD%%-*}|g" \
    -e "s|@QEMU@|$USER_PROGRAM|g; s|@CPU@|$CPU|g; s|@LIBDIR@|$LIBDIR|g" "$files/$1" |
    while IFS= read -r line; do
      case $line in
        @SOURCES@) printf '%s\n' "$rows" ;;
        *) printf '%s\n' "$line" ;;
      esac
    done > "$out/$2"
  chmod "$3" "$out/$2"
}

write environment ./environment 644
write toolchain.cmake ./toolchain.cmake 644
write README.md ./README.md 644
write meson "share/meson/cross/$TARGET" 644
write pkg-config "bin/$TARGET-pkg-config" 755
write run "$TARGET/run/$TARGET-run" 755
