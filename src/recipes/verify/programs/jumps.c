#include <setjmp.h>
#include <signal.h>
#include <stdio.h>

static jmp_buf here;
static sigjmp_buf before_signal;

static void down(int depth)
{
    volatile char frame[64];
    if (depth < 0)
        return;
    frame[depth] = 1;
    if (depth == 0)
        longjmp(here, 7);
    down(depth - 1);
    frame[0] = frame[1];
}

static void handler(int number)
{
    siglongjmp(before_signal, number);
}

int main(void)
{
    volatile double kept = 1.5;
    int value = setjmp(here);
    if (value == 0) {
        kept = 2.5;
        down(30);
    }
    struct sigaction action = {.sa_handler = handler};
    sigaction(SIGUSR1, &action, NULL);
    for (volatile int i = 0; i < 2; i++)
        if (sigsetjmp(before_signal, 1) == 0) {
            raise(SIGUSR1);
            return 2;
        }
    printf("longjmp brought %d, kept %.1f, two signals were left by siglongjmp\n", value, kept);
    return !(value == 7 && kept == 2.5);
}
