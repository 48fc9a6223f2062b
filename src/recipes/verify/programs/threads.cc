#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

static thread_local int own;
static int total;
static std::mutex mutex;
static std::condition_variable changed;
static std::atomic<int> started;

int main()
{
    std::thread workers[4];
    for (int i = 0; i < 4; i++)
        workers[i] = std::thread([i] {
            started.fetch_add(1);
            for (int n = 0; n < 1000; n++)
                own += i;
            std::lock_guard<std::mutex> lock(mutex);
            total += own;
            changed.notify_one();
        });
    {
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [] { return total == 6000; });
    }
    for (auto& worker : workers)
        worker.join();
    std::printf("%d threads, total %d\n", started.load(), total);
    return own == 0 && started == 4 ? 0 : 1;
}
