# check.sh: run as root in the booted machine; a check that fails says whether it could not be compiled or came out wrong.
mkdir -p /out/verify
: > /out/verify/image.tsv

passed() {
  printf '%s\tpass\t%s\n' "$1" "$2" >> /out/verify/image.tsv
  echo "== $1: pass: $2"
}

failed() {
  echo "== $1: FAIL: $2"
  exit 1
}

# compiled NAME EXPECTED COMPILER ARGUMENT...: compile and run, and compare what it says.
compiled() {
  name=$1 expected=$2
  shift 2
  "$@" -o program || failed "$name" "it does not compile"
  said=$(./program) || failed "$name" "it was compiled, and does not run"
  test "$said" = "$expected" || failed "$name" "it says '$said', expected '$expected'"
  passed "$name" "$said"
}

test "$(id -u)" = 0 || failed "root" "this is $(id)"
test "$(hostname)" = "$NAME" || failed "host name" "it is '$(hostname)', expected '$NAME'"
passed "Linux" "$(uname -srm)"
grep -q ' / ext4 rw' /proc/mounts || failed "root file system" "it is $(grep ' / ' /proc/mounts | tail -n 1), expected ext4, writable"
passed "root file system" "ext4, writable"
test "$(stat -c %a:%u:%g /home/user)" = 755:1000:1000 || failed "owners" "/home/user is $(stat -c %a:%u:%g /home/user)"
test "$(su user -c 'id -un; touch /home/user/mine && ls -l /root 2>&1 | grep -c denied')" = "user
1" || failed "owners" "the user 'user' can't write to its home, or can read root's"
passed "owners" "user has a home, root has its own"
compiled "C" "hello from C" gcc -O2 /files/hello.c
compiled "C++" "3 words, longest: thirteen" g++ -O2 /files/words.cc
compiled "C++ exceptions and threads" "caught 4 of 4" g++ -O2 -pthread /files/threads.cc
mkdir -p made
make -C made -f /files/Makefile > made.log 2>&1 || { cat made.log; failed "make" "it does not build"; }
test "$(cat made/result)" = "one two" || failed "make" "it made '$(cat made/result)', expected 'one two'"
passed "make" "$(make --version | head -n 1)"
