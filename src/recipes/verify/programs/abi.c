/* The facts come from the target's definition as -Dname=value. */
#include <float.h>
#include <limits.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int failures;

static void expect(const char *what, long actual, long expected)
{
    printf("%s %ld", what, actual);
    if (actual != expected) {
        failures++;
        printf(" (expected %ld)", expected);
    }
    printf("; ");
}

#define ALIGNMENT(type) offsetof(struct { char c; type member; }, member)

int main(void)
{
    const uint32_t word = 0x01020304;
    unsigned char first;
    memcpy(&first, &word, 1);
    expect("big-endian", first == 1, strcmp(ENDIAN, "big") == 0);
    expect("ELF bits", sizeof(void *) == 8 ? 64 : 32, BITS);
    expect("char signed", CHAR_MIN < 0, char_signed);
    expect("sizeof long", sizeof(long), sizeof_long);
    expect("sizeof pointer", sizeof(void *), sizeof_pointer);
    expect("sizeof long double", sizeof(long double), sizeof_long_double);
    expect("mantissa of long double", LDBL_MANT_DIG, mantissa_long_double);
    expect("alignment of int", ALIGNMENT(int), alignof_int);
    expect("of long long", ALIGNMENT(long long), alignof_long_long);
    expect("of double", ALIGNMENT(double), alignof_double);
    expect("of max_align_t", alignof(max_align_t), alignof_max);
    puts("");
    return failures;
}
