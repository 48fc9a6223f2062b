#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(void)
{
    const char *words[] = {"gamma", "alpha", "beta"};
    qsort(words, 3, sizeof words[0], compare);
    printf("%s %s %s %.3f\n", words[0], words[1], words[2], 2.0 / 3);
    return strcmp(words[0], "alpha") != 0;
}
