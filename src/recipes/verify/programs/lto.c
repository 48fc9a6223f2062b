/* The function is in an archive: a linker that hands its members to the compiler lets it be inlined, and drops it. */
#include <stdio.h>

int twice(int number);

int main(void)
{
    int sum = 0;
    for (int i = 1; i <= 6; i++)
        sum += twice(i);
    printf("%d\n", sum);
    return sum != 42;
}
