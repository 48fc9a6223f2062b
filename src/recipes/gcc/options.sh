# Sets the shell's arguments to the options of configure that the cross and the native GCC have in common.
languages=c,c++
for language in $MORE_LANGUAGES; do languages=$languages,$language; done

set -- --enable-languages=$languages \
  --with-gmp=/in/usr --with-mpfr=/in/usr --with-mpc=/in/usr --without-isl --without-zstd \
  --enable-shared --enable-threads=posix --enable-checking=release --enable-initfini-array \
  --enable-linker-build-id --enable-default-hash-style=gnu \
  --disable-bootstrap --disable-multilib --disable-multiarch --disable-plugin --disable-libcc1 --disable-nls --disable-werror \
  --disable-libitm --disable-libquadmath --disable-libsanitizer --disable-libssp --disable-libvtv --disable-libstdcxx-pch

# One that is a commit or a directory has no number.
case $GLIBC in [0-9]*) set -- "$@" --with-glibc-version=$GLIBC ;; esac

for option in "lto $LTO" "default-pie $PIE" "default-ssp $STACK_PROTECTOR"; do
  case $option in
    *yes) set -- "$@" --enable-${option% *} ;;
    *) set -- "$@" --disable-${option% *} ;;
  esac
done

# Time and file offsets of 64 bits, where a program asks for neither width of them.
case $BITS$TIME64 in
  32yes)
    time='%{!D_TIME_BITS*:%{!U_TIME_BITS:-D_TIME_BITS=64}}'
    offsets='%{!D_FILE_OFFSET_BITS*:-D_FILE_OFFSET_BITS=64}'
    set -- "$@" "--with-specs=%{!D_FILE_OFFSET_BITS=32:%{!U_FILE_OFFSET_BITS:$time $offsets}}" ;;
esac

set -- "$@" $OPTIONS
