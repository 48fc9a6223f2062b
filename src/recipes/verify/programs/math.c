// Each function of math.h in its three types, with a value that another library computed to thirty digits (GCC's libquadmath).
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
        printf("wrong: %s of %s is %.20Lg, expected %.20Lg\n", name, type, found, expected);
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
    NEAR(acos, 0.895664793857864972022265426345L, x);
    NEAR(acosh, 1.06673243190143557362309154629L, x + 1);
    NEAR(asin, 0.675131532937031647209056265294L, x);
    NEAR(asinh, 0.590143685781959002179937453973L, x);
    NEAR(atan, 0.558599315343562435971508216402L, x);
    NEAR(atanh, 0.733168534396713522329121102321L, x);
    NEAR(cbrt, 0.854987973338348494676554436272L, x);
    NEAR(cos, 0.810963119505217902189534803941L, x);
    NEAR(cosh, 1.20175369297560632422922906411L, x);
    NEAR(erf, 0.623240882188417972448640505877L, x);
    NEAR(erfc, 0.376759117811582027551359494123L, x);
    NEAR(exp, 1.86824595743222240650183562019L, x);
    NEAR(exp2, 1.54221082540794082361229186209L, x);
    NEAR(expm1, 0.868245957432222406501835620188L, x);
    NEAR(lgamma, 0.360829495488940181184957685823L, x);
    NEAR(log, -0.470003629245735553650937031148L, x);
    NEAR(log10, -0.204119982655924780854955578898L, x);
    NEAR(log1p, 0.485507815781700807801791077191L, x);
    NEAR(log2, -0.678071905112637652129680570511L, x);
    NEAR(sin, 0.58509727294046215480539931415L, x);
    NEAR(sinh, 0.666492264456616082272606556083L, x);
    NEAR(sqrt, 0.790569415042094832999723386108L, x);
    NEAR(tan, 0.72148444099090441998951788328L, x);
    NEAR(tanh, 0.554599722349382293999039095323L, x);
    NEAR(tgamma, 1.43451884809055677563601973946L, x);
    NEAR(atan2, 2.89661399046292908429056090207L, x, -y);
    NEAR(hypot, 2.57694101601103784363838115998L, x, y);
    NEAR(pow, 0.308816177750818294140516947699L, x, y);
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
