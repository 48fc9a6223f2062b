# compile.sh: compiles the corpus, each file with its own options; leaves in /out/objects what came of each: the file, or what the compiler said
# against it. What says nothing of a source, but that a program could not be run or was ended, fails the step: it need not come again.
# Two steps run it, with the native compilers and with the accelerator, and prove compares what they left.
tests=/src/gcc
# pick EVERY EVERY-OF-FULL: of a list of files every so manieth; more of them for the full proof.
pick() {
  case $PROOF in full) step=$2 ;; *) step=$1 ;; esac
  sort | awk -v step="$step" 'NR % step == 0'
}
{
  # What differed once, of which the first is compiled with -O2 and the second with -O0: lines of a debugger where gas ends a frag, and names
  # that are longer than a hash of 32 bits.
  echo "program -w -std=gnu17 -fpermissive -g -fPIC $tests/gcc/testsuite/gcc.c-torture/execute/20040705-2.c"
  echo "program -w -I$tests/libstdc++-v3/testsuite/util $tests/libstdc++-v3/testsuite/23_containers/unordered_map/requirements/exception/generation_prohibited.cc"
  find $tests/gcc/testsuite/gcc.c-torture/compile -maxdepth 1 -name '*.c' | pick 120 2 | sed 's/^/object -w -std=gnu17 -fpermissive /'
  find $tests/gcc/testsuite/gcc.c-torture/execute -maxdepth 1 -name '*.c' | pick 120 8 | sed 's/^/program -w -std=gnu17 -fpermissive /'
  find $tests/gcc/testsuite/g++.dg/opt $tests/gcc/testsuite/g++.dg/torture -name '*.C' | pick 80 2 | sed 's/^/object -w -std=gnu++17 /'
  find $tests/libstdc++-v3/testsuite/2[0-9]_* -name '*.cc' | pick 2000 100 | sed "s|^|object -w -I$tests/libstdc++-v3/testsuite/util |"
  find $tests/libstdc++-v3/testsuite/2[13]_* -name '*.cc' | pick 2000 100 | sed "s|^|program -w -I$tests/libstdc++-v3/testsuite/util |"
  find $tests/zlib -maxdepth 1 -name '*.c' | pick 2 1 | sed 's/^/object -w -DHAVE_UNISTD_H /'
  {
    find /in/corpus/glibc -name '*.options' | pick 4 1
    find /in/corpus/make -name '*.options' | pick 8 1
    find /in/corpus/busybox -name '*.options' | pick 10 1
    find /in/corpus/gcc -name '*.options' ! -name 'gcc_*' | pick 4 1
    # Emulated, one of GCC's own takes as long as ten others.
    find /in/corpus/gcc -name 'gcc_*.options' | pick 10 1
  } | while read -r options; do
    read -r words < "$options"
    for source in "${options%.options}".[is]*; do echo "object -w $words $source"; done
  done
} > list
# What each is compiled with besides; the last one named counts.
set -- -O2 -O0 "-O1 -g" -Os "-O2 -g -fPIC" "-O3 -funroll-loops"
for variant in $VARIANTS; do set -- "$@" "-O2 $variant"; done
mkdir -p /out/objects/object /out/objects/program
# Each program that a shell starts here may be emulated: the commands are put together without one, and make says itself which it begins.
count=0 all=$(wc -l < list)
while read -r line; do
  count=$((count + 1))
  source=${line##* } words=${line% *}
  kind=${words%% *} words=${words#* }
  eval "variant=\${$(((count - 1) % $# + 1))}"
  case $source in *.c | *.i | *.s) compiler=gcc ;; *) compiler=g++ ;; esac
  command="$compiler -c $words $variant $source"
  # An object may not say what its source is called, as on hppa. A linker says then what the object is, and that is another name each time where
  # a compiler has made it up.
  case $kind in program) command="$command -o $count.o && $compiler $words $variant $count.o" ;; esac
  result=/out/objects/$kind/$count-${source##*/}
  echo "$command" > $result.command
  printf 'all: %s\n%s:\n\t$(info %s of %s: %s)@{ %s -o $@; } 2> said.%s || sh refuse said.%s $@\n' \
    $result $result $count "$all" "${source##*/}" "$command" $count $count
done < list > proof.mk
# The assembler names the file that it was given, which the compiler has made up.
cat > refuse << 'END'
if grep -Eq ': [Ee]rror: |:[0-9]+: [a-z ]*error: ' $1; then sed 's|^/tmp/cc[^.]*\.|/tmp/cc.|' $1 > $2.refused; else cat $2.command $1 >&2; exit 1; fi
END
make -f proof.mk
echo "$count files compiled, $(find /out/objects -name '*.refused' | wc -l) of them refused"
