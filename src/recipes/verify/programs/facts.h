/* What an ABI decides, each as FACT(name, number): measured by the native compiler (abi.c), and by the cross compiler, whose programs do not run (facts.sh). */
#include <float.h>
#include <stddef.h>

#define ALIGNMENT(type) offsetof(struct { char c; type member; }, member)

#define FACTS \
    FACT(char_signed, (char)-1 < 0) \
    FACT(wchar_signed, (wchar_t)-1 < 0) \
    FACT(sizeof_wchar, sizeof(wchar_t)) \
    FACT(sizeof_long, sizeof(long)) \
    FACT(sizeof_pointer, sizeof(void *)) \
    FACT(sizeof_long_double, sizeof(long double)) \
    FACT(mantissa_long_double, LDBL_MANT_DIG) \
    FACT(alignof_int, ALIGNMENT(int)) \
    FACT(alignof_long_long, ALIGNMENT(long long)) \
    FACT(alignof_double, ALIGNMENT(double)) \
    FACT(alignof_max, _Alignof(max_align_t))
