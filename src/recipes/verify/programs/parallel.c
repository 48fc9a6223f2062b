#include <omp.h>
#include <stdio.h>

int main(void)
{
    long sum = 0;
    omp_set_num_threads(3);
#pragma omp parallel for reduction(+ : sum)
    for (int i = 1; i <= 10000; i++)
        sum += i;
    printf("sum %ld\n", sum);
    return sum != 50005000;
}
