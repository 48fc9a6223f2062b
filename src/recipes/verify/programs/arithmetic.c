#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

static void expect(int ok, const char *what)
{
    if (!ok) {
        failures++;
        printf("wrong: %s\n", what);
    }
}

int main(void)
{
    volatile uint64_t a = 0x123456789abcdef0ULL, b = 0xfedcba987ULL;
    volatile int64_t c = -1000000007LL * 998244353LL, d = 12345;
    volatile unsigned shift = 37;
    expect(a / b == 0x1249249 && a % b == 0x246fe8971, "64-bit unsigned division");
    expect(a * b == 0x70a3d5f941160090ULL, "64-bit multiplication");
    expect(c / d == -80862240582236LL && c % d == -7051, "64-bit signed division");
    expect(a >> shift == 0x91a2b3 && a << shift == 0x579bde0000000000ULL, "64-bit shifts");
    volatile double rounded = a, exact = 1e18;
    expect(rounded == 1311768467463790336.0 && (uint64_t)exact == 1000000000000000000ULL, "64-bit integers to and from double");

    volatile long double third = 1.0L / 3, two = 2;
    char text[64];
    snprintf(text, sizeof text, "%.17Lg", third);
    expect(strncmp(text, "0.3333333333333333", 18) == 0, "printf of long double");
    expect(fabsl(sqrtl(two) * sqrtl(two) - two) < 4 * LDBL_EPSILON, "sqrtl");
    expect(fabsl(strtold("2.5e-3", NULL) * 400 - 1) < 4 * LDBL_EPSILON, "strtold");
    expect(fabsl(expl(logl(10 * two)) - 20) < 64 * LDBL_EPSILON, "expl and logl");
    expect(fabs(sin(1.0) * sin(1.0) + cos(1.0) * cos(1.0) - 1) < 4 * DBL_EPSILON, "sin and cos");
    expect(isnan(0.0 / (two - 2)) && isinf(1.0 / (two - 2)), "not a number, and infinity");
    volatile double nothing = 0;
    expect(isnan(nothing * (double)INFINITY) && isinf(-2 * two * (double)INFINITY), "multiplication by infinity");
    expect(fmaf(3, 4, 5) == 17 && lrint(2.5) == 2 && ldexp(0.5, 11) == 1024, "fma, rounding, ldexp");
    printf("%d wrong, long double has %d bits, 1/3 = %s\n", failures, LDBL_MANT_DIG, text);
    return failures;
}
