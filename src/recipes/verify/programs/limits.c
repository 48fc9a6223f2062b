#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

/* A compiler made before its C library has a limits.h that stops short of the library's. */
#if !defined SSIZE_MAX || !defined PATH_MAX || !defined NAME_MAX
#error limits.h stops short of the one of the C library
#endif

int main(void)
{
    printf("CHAR_BIT %d, LONG_MAX %ld, SSIZE_MAX %ld, PATH_MAX %d\n", CHAR_BIT, LONG_MAX, (long)SSIZE_MAX, PATH_MAX);
    return !(CHAR_BIT == 8 && SSIZE_MAX == (ssize_t)(SIZE_MAX / 2) && PATH_MAX == 4096 && LLONG_MAX == 0x7fffffffffffffffLL && (char)UCHAR_MAX == (CHAR_MIN ? -1 : 255));
}
