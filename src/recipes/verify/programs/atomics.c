#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

enum { THREADS = 4, ROUNDS = 500 };

struct wide { uint64_t low, high; };

static _Atomic uint8_t a8;
static _Atomic uint16_t a16;
static _Atomic uint32_t a32;
static _Atomic uint64_t a64;
static _Atomic struct wide a128;

static void *work(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        a8++;
        a16++;
        a32++;
        atomic_fetch_add(&a64, 0x100000001ULL);
        struct wide old = atomic_load(&a128), new;
        do {
            new = (struct wide){old.low + 1, old.high - 1};
        } while (!atomic_compare_exchange_weak(&a128, &old, new));
    }
    return unused;
}

int main(void)
{
    pthread_t thread[THREADS];
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&thread[i], NULL, work, NULL))
            return 2;
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    const uint64_t n = THREADS * ROUNDS;
    struct wide last = atomic_load(&a128);
    printf("8: %d 16: %d 32: %lu 64: %llx 128: %lld %lld\n", a8, a16, (unsigned long)a32, (unsigned long long)a64, (long long)last.low, (long long)last.high);
    return !(a8 == (uint8_t)n && a16 == n && a32 == n && a64 == n * 0x100000001ULL && last.low == n && last.high == -n);
}
