# gcc.sh DIRECTORY: builds GCC that runs on the target, in the directory in which it starts, and installs it in DIRECTORY. Its options are
# those of the compiler for the target that builds it.
out=$1
eval "set -- $($TARGET-gcc -v 2>&1 | sed -n 's/^Configured with: [^ ]* //p')"
test $# -gt 0
for option; do
  shift
  # But for the machine and the places of that compiler.
  case $option in --build=* | --host=* | --prefix=* | --with-sysroot=* | --with-native-system-header-dir=*) ;; *) set -- "$@" "$option" ;; esac
done
if test $BUILD != $TARGET; then set -- --with-build-sysroot=/cross/$TARGET/sysroot "$@"; fi

# A small compiler: no program of GCC calls all that it is made of, and blocks that are copied to save a jump are an eighth of it.
export CFLAGS="-O2 -g0 -ffile-prefix-map=/src/= -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections \
  -freorder-blocks-algorithm=simple --param=max-inline-insns-single=30 $FLAGS"
export CXXFLAGS="$CFLAGS" LDFLAGS="-static-libgcc -static-libstdc++ -Wl,--gc-sections"
# As for binutils; and configure tries symbol aliases, and where the stack grows to, only where it builds for its own machine. The latter is for
# an alloca that no program has, but the compilers hold a digest of the library that it is in.
export ac_cv_func_mmap_fixed_mapped=yes am_cv_func_iconv_works=yes gcc_cv_have_attribute_alias=yes ac_cv_c_stack_direction=0
/src/gcc/configure --build=$BUILD --host=$TARGET --prefix=/usr --with-native-system-header-dir=/usr/include \
  --with-gmp=/in/usr --with-mpfr=/in/usr --with-mpc=/in/usr "$@"
make configure-gcc
# What `gcc -v` shows should not name paths and the machine of this build.
sed -i 's|/src/gcc/configure|configure|; s| --build=[^ ]*||; s| --with-build-sysroot=[^ ]*||; s| --with-gmp=/in/usr||; s| --with-mp[a-z]*=/in/usr||g' gcc/configargs.h
# Without tables to unwind the stack by, which are a tenth of the compilers: only an internal error would, and of stripped programs say numbers.
sed -i 's/^NOEXCEPTION_FLAGS = .*/NOEXCEPTION_FLAGS = -fno-exceptions -fno-rtti/' gcc/Makefile
# As for the cross compiler; insn-emit would be a sixth larger so.
echo 'gimple-match-%.o generic-match-%.o insn-opinit.o: private override CXXFLAGS += -O1' >> gcc/Makefile
# It leaves out the patterns whose condition its compiler finds to be false: as many as the build machine's compiler finds, whatever that is.
echo 'build/gencondmd.o: private override CXXFLAGS += -O0' >> gcc/Makefile
make all-gcc MAKEINFO=true
make install-gcc MAKEINFO=true DESTDIR=$out
