# programs.sh: compile and run the programs with the native compilers.
. /files/checks.sh
p=/files/programs

build_and_run() { # build_and_run COMPILER ARGUMENT...
  "$@" -o program && ./program
}

c() {
  build_and_run gcc -O2 -Wall -Werror "$@"
}

cxx() {
  build_and_run g++ -O2 -Wall -Werror "$@"
}

fortran() {
  build_and_run gfortran -O2 -Wall $p/hello.f90 && build_and_run gfortran -O2 -static $p/hello.f90
}

link_time_optimisation() {
  gcc -O2 -flto -c $p/lto-part.c && rm -f libpart.a && gcc-ar rcs libpart.a lto-part.o && c -flto $p/lto.c -L. -lpart || return 1
  if nm program | grep -w twice; then echo "the archive's function was not inlined"; return 1; fi
}

across_a_shared_library() {
  g++ -O2 -fPIC -shared -o libthrower.so $p/thrower.cc && cxx $p/catcher.cc -L. -lthrower -Wl,-rpath,/build
}

plugin() {
  gcc -O2 -fPIC -shared -o plugin.so $p/plugin.c && c $p/loader.c
}

facts() {
  c $p/abi.c > measured || { cat measured; return 1; }
  others=
  for fact in endian=$ENDIAN bits=$BITS $ABI_FACTS; do
    grep -qx $fact measured || others="$others $(grep "^${fact%=*}=" measured) (expected ${fact#*=})"
  done
  echo ${others:-$(cat measured)}
  test -z "$others"
}

errno_of_calls() {
  c $p/errors.c && c -static $p/errors.c
}

functions() {
  c -fno-builtin $p/math.c -lm && c -fno-builtin -static $p/math.c -lm
}

time64() {
  case $BITS$TIME64 in 32no) bits=32 ;; *) bits=64 ;; esac
  test $BITS = 64 || c -U_TIME_BITS -U_FILE_OFFSET_BITS -DBITS=0 $p/time64.c || return 1
  c -DBITS=$bits $p/time64.c
}

searched_in_vain() {
  g++ -O2 -c $p/streams.cc && g++ -static-libstdc++ -static-libgcc streams.o -o once &&
    g++ -static-libstdc++ -static-libgcc streams.o -o again -Lnone-1 -Lnone-2 -Lnone-3 && cmp once again && echo "the same bytes"
}

is_static() {
  ! readelf -lW program | grep INTERP && echo "no interpreter"
}

in_utf8() {
  # What a shell says of a locale that is not there, it says at its start.
  said=$(LC_ALL=C.UTF-8 bash -c : 2>&1)
  test -z "$said" || { echo "$said"; return 1; }
  g++ -O2 -Wall -Werror $p/locale.cc -o program && LC_ALL=C.UTF-8 ./program
}

bytes() {
  od -An -tx1 | tr -d ' \n'
}

charsets() {
  for pair in ISO-8859-1:e9 latin1:e9 ISO-8859-15:e9 CP1252:e9 UTF-16BE:00e9 UTF-16LE:e900 UTF-32BE:000000e9 UTF-32LE:e9000000 UTF-7:2b414f6b2d; do
    name=${pair%:*}
    there=$(printf '\303\251' | iconv -f UTF-8 -t $name | bytes)
    back=$(printf '\303\251' | iconv -f UTF-8 -t $name | iconv -f $name -t UTF-8 | bytes)
    test "$there $back" = "${pair#*:} c3a9" || { echo "$name: $there $back"; return 1; }
  done
  test "$(printf '\303\251' | iconv -f UTF-8 -t UTF-16 | iconv -f UTF-16 -t UTF-32 | iconv -f UTF-32 -t latin1 | bytes)" = e9 && echo "there and back"
}

latin1_source() {
  printf '#include <stdio.h>\nint main(void) { return fputs("\351", stdout) < 0; }\n' > latin1.c
  # A static program of the build machine has no iconv but that of UTF-8, UTF-16 and UTF-32.
  native gcc -O2 -finput-charset=latin1 latin1.c -o program && test "$(./program | bytes)" = c3a9 &&
    native gcc -O2 -finput-charset=latin1 -fexec-charset=ISO-8859-1 latin1.c -o program && test "$(./program | bytes)" = e9 && echo 'e9 is c3a9 to the program, or e9'
}

coverage() {
  cp $p/parallel.c covered.c
  gcc --coverage -fopenmp covered.c -o covered && ./covered && gcov covered.gcda | grep 'Lines executed:100'
}

profile() {
  gcc -pg -O1 $p/hello.c -o program && ./program && test -s gmon.out && echo "gmon.out of $(wc -c < gmon.out) bytes"
}

undefined_traps() {
  printf 'int main(int count, char **words) { (void)words; return 1 << (count + 63); }\n' > undefined.c
  gcc -O1 -fsanitize=undefined -fsanitize-trap=undefined undefined.c -o program && { ! ./program; } && echo "ended by a signal"
}

# What not every toolchain has: it makes a program that runs, or is refused in words that say that it is left out.
there_or_left_out() {
  if gcc -O1 -fPIE "$@" $p/hello.c -o program > said.log 2>&1; then ./program; else grep -E 'is left out|has not been enabled|support is disabled' said.log; fi
}

check "gcc says what it is" gcc -dumpfullversion -dumpmachine
check "C, by the native compiler itself" build_and_run native gcc -O2 -Wall -Werror $p/hello.c
check "C++, by the native compiler itself" build_and_run native g++ -O2 -Wall -Werror $p/streams.cc
check "C, compiled and run" c $p/hello.c
check "C, position-independent executable" c -fPIE -pie $p/hello.c
check "C, without optimisation, with debug information" c -O0 -g $p/hello.c
check "C++ with iostream" cxx $p/streams.cc
check "C++ exceptions across a shared library" across_a_shared_library
check "directories searched in vain leave no trace in a program" searched_in_vain
check "C++ threads" cxx -pthread $p/threads.cc
check "atomics of 8 to 128 bits in threads" c -pthread $p/atomics.c -latomic
check "OpenMP" c -fopenmp $p/parallel.c
check "dlopen" plugin
check "limits.h" c $p/limits.c
check "64-bit and long double arithmetic" c -fno-builtin $p/arithmetic.c -lm
check "functions of math.h" functions
check "setjmp, longjmp, signals" c $p/jumps.c
check "errno of system calls" errno_of_calls
check "byte order, sizes and alignment of the ABI" facts
check "time and file offsets" time64
if test "$LTO" = yes; then check "link-time optimisation" link_time_optimisation; fi
for language in $LANGUAGES; do check "$language" $language; done
check "static executable, C" c -static $p/hello.c
check "it is static" is_static
check "static executable, C++ exceptions" cxx -static $p/thrower.cc $p/catcher.cc
check "C++ file system" cxx $p/files.cc
check "the locale C.UTF-8" in_utf8
check "character sets" charsets
check "source in ISO-8859-1, by the native compiler itself" latin1_source
check "coverage" coverage
check "profile" profile
check "undefined behaviour traps" undefined_traps
for option in -static-pie -flto -fsanitize=undefined -fsanitize=address -fsanitize=thread -fsanitize=leak -fgnu-tm -fplugin=none; do
  check "$option, or why not" there_or_left_out $option
done
