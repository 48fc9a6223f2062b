# check.sh: run as root in the booted machine. All checks run; the step fails if one has failed that the target does not list under
# known-failures, or if one has passed that it does.
unexpected=
mkdir -p /out/verify
: > /out/verify/image.tsv

is_known() { case $KNOWN_FAILURES in *"\"check\":\"$1\""* | *"\"check\":\"image: $1\""*) ;; *) return 1 ;; esac; }

passed() {
  printf '%s\tpass\t%s\n' "$1" "$2" >> /out/verify/image.tsv
  if is_known "$1"; then
    echo "== $1: FAIL: it passes again, take it out of known-failures: $2"
    unexpected="$unexpected '$1'"
  else
    echo "== $1: pass: $2"
  fi
}

failed() {
  printf '%s\tfail\t%s\n' "$1" "$(echo "$2" | tr '\t\n' '  ')" >> /out/verify/image.tsv
  echo "== $1: FAIL: $2"
  is_known "$1" || unexpected="$unexpected '$1'"
}

# is NAME EXPECTED FOUND
is() {
  if test "$3" = "$2"; then passed "$1" "$3"; else failed "$1" "it is '$3', expected '$2'"; fi
}

# compiled NAME EXPECTED COMPILER ARGUMENT...: compile and run, and compare what it says.
compiled() {
  name=$1 expected=$2
  shift 2
  if ! "$@" -o program; then failed "$name" "it does not compile"
  elif ! said=$(./program); then failed "$name" "it was compiled, and does not run"
  else is "$name" "$expected" "$said"; fi
}

made() {
  mkdir -p made
  if make -C made -f /files/Makefile > made.log 2>&1; then is make "one two" "$(cat made/result)"; else cat made.log; failed make "it does not build"; fi
}

passed "Linux" "$(uname -srm)"
is "root" 0 "$(id -u)"
is "host name" "$NAME" "$(hostname)"
case $ROOT_ON in
  disk) is "root file system" "ext4 rw" "$(awk '$2 == "/" { print $3, substr($4, 1, 2) }' /proc/mounts | tail -n 1)" ;;
  *) is "root file system" "in memory, rw" "$(awk '$2 == "/" && $3 ~ /^(rootfs|tmpfs|ramfs)$/ { print "in memory,", substr($4, 1, 2) }' /proc/mounts | tail -n 1)" ;;
esac
is "owners" "755:1000:1000 user 1" \
  "$(stat -c %a:%u:%g /home/user) $(su user -c 'id -un; touch /home/user/mine && ls -l /root 2>&1 | grep -c denied' | tr '\n' ' ' | sed 's/ $//')"
for each in $CHECKS; do
  case $each in
    c) compiled "C" "hello from C" gcc -O2 /files/hello.c ;;
    c++) compiled "C++" "3 words, longest: thirteen" g++ -O2 /files/words.cc ;;
    fortran) case $LANGUAGES in *fortran*) compiled "Fortran" "sum 385" gfortran -O2 /files/sum.f90 ;; esac ;;
    lto) case $LTO in yes) compiled "link-time optimisation" "seen through" gcc -O2 -flto /files/lto.c /files/twice.c ;; esac ;;
    threads) compiled "C++ exceptions and threads" "caught 4 of 4" g++ -O2 -pthread /files/threads.cc ;;
    make) made ;;
  esac
done
test -z "$unexpected" || { echo "failed:$unexpected"; exit 1; }
