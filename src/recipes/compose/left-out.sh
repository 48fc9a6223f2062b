# left-out.sh SPECS LIBRARIES: has the compiler say why where it is asked for what this toolchain does not have. SPECS is what its driver wrote by -dumpspecs,
# and reads in place of its own: of a file that held the additions alone it would take the linking of libgcc as well. LIBRARIES is the sysroot's directory of
# libraries.
specs=$1
libraries=$2

refuse() { # refuse CONDITION TEXT
  printf ' %%{%s:%%e%s}' "$1" "$2"
}

link=
if ! test -e "$libraries/rcrt1.o"; then
  link=$link$(refuse static-pie '-static-pie is left out: the C library has no such start file for this CPU, use -static or -pie')
fi
if ! test -e "$libraries/libubsan.a"; then
  sanitizer='is left out: GCC'"'"'s sanitizer libraries are no part of this toolchain'
  for name in address hwaddress thread leak; do link=$link$(refuse "%:sanitize($name)" "-fsanitize=$name $sanitizer"); done
  link=$link$(refuse '%:sanitize(undefined)' "-fsanitize=undefined $sanitizer, but -fsanitize-trap=undefined needs none")
fi
if ! test -e "$libraries/libitm.spec"; then
  link=$link$(refuse fgnu-tm '-fgnu-tm is left out: GCC'"'"'s library for transactional memory, libitm, is no part of this toolchain')
fi

# A static program whose C library converts by modules takes those of the machine that it runs on, of whatever version they are, and dies of it. Not every
# C library does, but what a toolchain can do is not to depend on the host tools that made it.
charsets=
for compiler in libexec/gcc/*/*/cc1; do
  if test -f "$compiler" && ! $TARGET-readelf -lW "$compiler" | grep -q INTERP; then
    for option in finput-charset fexec-charset fwide-exec-charset; do
      open= close=
      for own in UTF-8 utf-8 UTF-16LE UTF-16BE UTF-32LE UTF-32BE; do
        open="$open%{!$option=$own:"
        close="$close}"
      done
      charsets="$charsets %{$option=*:$open%e-$option is left out but for UTF-8 and its like: this compiler is static, convert the file by iconv$close}"
    done
  fi
done

if test -n "$link"; then printf '*link:\n+%s\n\n' "$link" >> "$specs"; fi
if test -n "$charsets"; then printf '*cc1:\n+%s\n\n' "$charsets" >> "$specs"; fi
