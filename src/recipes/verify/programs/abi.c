/* Prints what the compiler that it is compiled with takes for the ABI, each fact as name=number. */
#include "facts.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define FACT(name, value) printf("%s=%ld\n", #name, (long)(value));

int main(void)
{
    const uint32_t word = 0x01020304;
    unsigned char first;
    memcpy(&first, &word, 1);
    printf("endian=%s\nbits=%d\n", first == 1 ? "big" : "little", sizeof(void *) == 8 ? 64 : 32);
    FACTS
    return 0;
}
