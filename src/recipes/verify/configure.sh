# configure.sh: the shells and make work, and an autoconf package is configured and built.
. /files/checks.sh

bash_works() {
  bash -c 'declare -A n=([a]=1 [b]=2); shopt -s extglob; for ((i = 0, s = 0; i < 100; i++)); do ((s += i)); done
    [[ $s == 4950 && ${n[b]} == 2 && abc == a*(b|c) ]] && cat <(printf "%s\n" "bash $BASH_VERSION sums to $s")'
}

sh_works() {
  test "$(printf 'b\na\n' | sort | sed 's/a/A/' | awk '{ s = s $1 } END { print s }')" = Ab && echo "pipes of $(readlink -f /bin/sh)"
}

# As GCC's opt-functions.awk makes an expression of the name of a language.
awk_keeps_backslashes() {
  made=$(echo 'C++' | awk '{ gsub("\\+", "\\+"); print $0, "C C++" ~ $0, "CC" ~ $0 }')
  echo "$made" && test "$made" = 'C\+\+ 1 0'
}

make_works() {
  mkdir -p parts && for i in 1 2 3 4 5; do echo $i > parts/$i.in; done
  printf '%s\n' 'all: $(patsubst %.in,%.out,$(wildcard parts/*.in))' '%.out: %.in' '	@tr 1-5 a-e < $< > $@' > parts.mk
  $1 -f parts.mk && test "$(cat parts/*.out | tr -d '\n')" = abcde && $1 --version | head -n 1
}

configure_make() {
  mkdir -p make && cd make && /src/make/configure --disable-nls --without-guile --disable-dependency-tracking \
    --build=$TRIPLET CFLAGS=-O1 && grep -c '^#define HAVE' src/config.h
}

check "bash" bash_works
check "sh and the small tools" sh_works
check "awk keeps a backslash" awk_keeps_backslashes
check "make" make_works make
check "configure of GNU make" configure_make
check "GNU make is built from its sources" make -C make MAKEINFO=true
same_by_the_native_compiler() {
  cd make/src && for name in hash implicit; do
    native gcc -DHAVE_CONFIG_H -DLIBDIR='"/usr/local/lib"' -DLOCALEDIR='""' -DINCLUDEDIR='"/usr/local/include"' -I. -I/src/make/src -I../lib -I/src/make/lib -O1 -c /src/make/src/$name.c -o native.o &&
      cmp native.o $name.o && wc -c < $name.o || return 1
  done
}

check "what was built runs" make_works make/make
check "the native compiler itself makes the same objects" same_by_the_native_compiler
