// Each function of math.h in its three types, with a value that another library computed to forty digits (mpmath):
// the widest of the types, of 113 bits, tells 34.
#define _GNU_SOURCE
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

// IBM's pair of two doubles has no fixed number of digits.
#if LDBL_MANT_DIG == 106
#define LONG_EPSILON 0x1p-100L
#else
#define LONG_EPSILON LDBL_EPSILON
#endif

static int wrong, called;

static void near(const char *name, const char *type, long double found, long double expected, long double epsilon)
{
    called++;
    // Not so written that a value which is not a number would pass.
    if (!(fabsl(found - expected) <= epsilon * fabsl(expected))) {
        wrong++;
        printf("wrong: %s of %s is %.36Lg, expected %.36Lg\n", name, type, found, expected);
    }
}

// The last digits of a value differ; 16 units of the last place are far from what a wrong function would say.
#define VALUES(error, name, expected, ...) \
    near(#name, "float", name##f(__VA_ARGS__), expected, error * FLT_EPSILON); \
    near(#name, "double", name(__VA_ARGS__), expected, error * DBL_EPSILON); \
    near(#name, "long double", name##l(__VA_ARGS__), expected, error * LONG_EPSILON)
#define NEAR(name, expected, ...) VALUES(16, name, expected, __VA_ARGS__)
#define EXACT(name, expected, ...) VALUES(0, name, expected, __VA_ARGS__)

int main(void)
{
    volatile double x = 0.625, y = 2.5;
    int exponent, quotient;
    double whole;
    float wholef;
    long double wholel;
    // A function that never ends is one of those that are looked for.
    alarm(60);
    NEAR(acos, 0.8956647938578649720222654263453634278944L, x);
    NEAR(acosh, 1.066732431901435573623091546286445936121L, x + 1);
    NEAR(asin, 0.6751315329370316472090562652943880142042L, x);
    NEAR(asinh, 0.5901436857819590021799374539730441071235L, x);
    NEAR(atan, 0.5585993153435624359715082164016612703464L, x);
    NEAR(atanh, 0.7331685343967135223291211023213964500789L, x);
    NEAR(cbrt, 0.8549879733383484946765544362719300549340L, x);
    NEAR(cos, 0.8109631195052179021895348039410807354002L, x);
    NEAR(cosh, 1.201753692975606324229229064105075429274L, x);
    NEAR(erf, 0.6232408821884179724486405058767902747003L, x);
    NEAR(erfc, 0.3767591178115820275513594941232097252997L, x);
    NEAR(exp, 1.868245957432222406501835620188104453115L, x);
    NEAR(exp2, 1.542210825407940823612291862090734841307L, x);
    NEAR(expm1, 0.8682459574322224065018356201881044531150L, x);
    NEAR(lgamma, 0.3608294954889401811849576858227794878574L, x);
    NEAR(log, -0.4700036292457355536509370311483420647009L, x);
    NEAR(log10, -0.2041199826559247808549555788979721070728L, x);
    NEAR(log1p, 0.4855078157817008078017910771907889005788L, x);
    NEAR(log2, -0.6780719051126376521296805705106098241352L, x);
    NEAR(sin, 0.5850972729404621548053993141500804406895L, x);
    NEAR(sinh, 0.6664922644566160822726065560830290238407L, x);
    NEAR(sqrt, 0.7905694150420948329997233861081796334299L, x);
    NEAR(tan, 0.7214844409909044199895178832795946807606L, x);
    NEAR(tanh, 0.5545997223493822939990390953230835960581L, x);
    NEAR(tgamma, 1.434518848090556775636019739456423136632L, x);
    NEAR(atan2, 2.896613990462929084290560902068227073283L, x, -y);
    NEAR(hypot, 2.576941016011037843638381159983798140717L, x, y);
    NEAR(pow, 0.3088161777508182941405169476985076693086L, x, y);
    EXACT(fmod, 1.5, y * 3, 2);
    EXACT(remainder, -0.5, y * 3, 2);
    EXACT(remquo, -0.5, y * 3, 2, &quotient);
    near("quotient of remquo", "int", quotient % 8, 4, 0);
    EXACT(fdim, 1.875, y, x);
    EXACT(fmax, 2.5, y, x);
    EXACT(fmin, 0.625, y, x);
    EXACT(fma, 4.0625, x, y, y);
    EXACT(fabs, 2.5, -y);
    EXACT(copysign, -2.5, y, -x);
    EXACT(ceil, 3, y);
    EXACT(floor, 2, y);
    EXACT(round, 3, y);
    EXACT(roundeven, 2, y);
    EXACT(trunc, 2, y);
    EXACT(rint, 2, y);
    EXACT(nearbyint, 2, y);
    EXACT(lrint, 2, y);
    EXACT(llrint, 2, y);
    EXACT(lround, 3, y);
    EXACT(llround, 3, y);
    EXACT(logb, 1, y);
    EXACT(ilogb, 1, y);
    EXACT(ldexp, 20, y, 3);
    EXACT(scalbn, 20, y, 3);
    EXACT(scalbln, 20, y, 3);
    EXACT(frexp, 0.625, y, &exponent);
    near("exponent of frexp", "int", exponent, 2, 0);
    near("modf", "float", modff(y, &wholef), 0.5, 0);
    near("whole part of modf", "float", wholef, 2, 0);
    near("modf", "double", modf(y, &whole), 0.5, 0);
    near("whole part of modf", "double", whole, 2, 0);
    near("modf", "long double", modfl(y, &wholel), 0.5, 0);
    near("whole part of modf", "long double", wholel, 2, 0);
    near("nextafter", "float", nextafterf(1, 2), 1 + FLT_EPSILON, 0);
    near("nextafter", "double", nextafter(1, 2), 1 + DBL_EPSILON, 0);
    near("nextafter", "long double", nextafterl(1, 2), 1 + LDBL_EPSILON, LONG_EPSILON - LDBL_EPSILON);
    printf("%d functions, %d wrong\n", called, wrong);
    return wrong;
}
