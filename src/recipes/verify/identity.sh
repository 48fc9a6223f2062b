# identity.sh: what else the cross compiler takes for granted of a target, a line NAME=VALUE each, by the names that recipes read it under.
: > identity.c
$TARGET-gcc -c identity.c
byte() { od -An -tu1 -j "$1" -N 1 identity.o | tr -d ' '; }
# A number of several bytes, of a file that is little- or big-endian: e_machine and e_flags of the ELF header (System V ABI, chapter 4).
number() {
  at=$1 end=$(($1 + $2)) value=0
  while [ $at -lt $end ]; do
    case $endian in big) of=$at ;; *) of=$(($1 + end - at - 1)) ;; esac
    value=$((value * 256 + $(byte $of))) at=$((at + 1))
  done
  echo $value
}
bits=$(($(byte 4) * 32))
case $(byte 5) in 1) endian=little ;; *) endian=big ;; esac
echo elf-bits=$bits
echo elf-endian=$endian
echo elf-machine=$(number 18 2)
printf 'elf-flags=0x%x\n' $(number $((bits == 64 ? 48 : 36)) 4)
directory=$($TARGET-gcc -print-multi-os-directory)
# Where the ABI has none of its own (sh4 says !m4 then), it is the last place of those where start files are looked for (STANDARD_STARTFILE_PREFIX_2 of gcc.cc).
case $directory in . | !*) directory=$($TARGET-gcc -print-search-dirs | sed -n 's|^libraries:.*/usr/\([^:]*[^:/]\)/*$|\1|p') ;; esac
echo libdir=${directory#../}
$TARGET-gcc '-###' identity.o 2>&1 | sed -n 's|.* "\{0,1\}-dynamic-linker"\{0,1\} "\{0,1\}/\([^" ]*\)/[^" ]*.*|loader-directory=\1|p'
