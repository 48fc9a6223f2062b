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

across_a_shared_library() {
  g++ -O2 -fPIC -shared -o libthrower.so $p/thrower.cc && cxx $p/catcher.cc -L. -lthrower -Wl,-rpath,/build
}

plugin() {
  gcc -O2 -fPIC -shared -o plugin.so $p/plugin.c && c $p/loader.c
}

facts() {
  set --
  for fact in $ABI_FACTS; do set -- "$@" "-D$fact"; done
  c $p/abi.c "-DENDIAN=\"$ENDIAN\"" -DBITS=$BITS "$@"
}

is_static() {
  ! readelf -lW program | grep INTERP && echo "no interpreter"
}

check "gcc says what it is" gcc -dumpfullversion -dumpmachine
check "C, compiled and run" c $p/hello.c
check "C, position-independent executable" c -fPIE -pie $p/hello.c
check "C, without optimisation, with debug information" c -O0 -g $p/hello.c
check "C++ with iostream" cxx $p/streams.cc
check "C++ exceptions across a shared library" across_a_shared_library
check "C++ threads" cxx -pthread $p/threads.cc
check "atomics of 8 to 128 bits in threads" c -pthread $p/atomics.c -latomic
check "OpenMP" c -fopenmp $p/parallel.c
check "dlopen" plugin
check "limits.h" c $p/limits.c
check "64-bit and long double arithmetic" c -fno-builtin $p/arithmetic.c -lm
check "setjmp, longjmp, signals" c $p/jumps.c
check "byte order, sizes and alignment of the ABI" facts
check "static executable, C" c -static $p/hello.c
check "it is static" is_static
check "static executable, C++ exceptions" cxx -static $p/thrower.cc $p/catcher.cc
