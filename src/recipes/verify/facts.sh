# facts.sh: what the cross compiler takes for the ABI, a line NAME=NUMBER each. Its programs do not run here: each number, and one, is the size of an array.
cat > facts.c <<'END'
#include "facts.h"
#define FACT(name, value) char fact_##name[(value) + 1];
FACTS
END
$TARGET-gcc -ffreestanding -fno-common -I "${0%/*}/programs" -c facts.c
$TARGET-nm -S -t d facts.o | sed -n 's/^[0-9]* 0*\([0-9][0-9]*\) . _*fact_\(.*\)$/\1 \2/p' | sort -k 2 | while read -r size name; do
  echo $name=$((size - 1))
done
