#include <atomic>
#include <iostream>
#include <stdexcept>
#include <thread>
#include <vector>

int main()
{
    std::atomic<int> caught{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++)
        threads.emplace_back([&caught, i] {
            try {
                throw std::runtime_error(std::to_string(i));
            } catch (const std::exception &) {
                caught++;
            }
        });
    for (auto &thread : threads)
        thread.join();
    std::cout << "caught " << caught << " of 4" << std::endl;
}
