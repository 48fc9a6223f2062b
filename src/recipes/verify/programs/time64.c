/* With 64, or 32, as the bits of time and of file offsets; with 0, of whatever width. */
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

int main(void)
{
    /* The first second that 32 bits do not hold: 2038-01-19. */
    const long long late = 1LL << 31;
    struct stat status;
    time_t now = time(NULL);
    printf("%d bits of time, %d of file offsets\n", (int)sizeof(time_t) * 8, (int)sizeof(off_t) * 8);
    if (BITS != 0 && (sizeof(time_t) * 8 != BITS || sizeof(off_t) * 8 != BITS))
        return 1;
    if (BITS == 64 && (time_t)late != late)
        return 2;
    return now == (time_t)-1 || stat("/", &status) != 0 || gmtime(&now) == NULL;
}
