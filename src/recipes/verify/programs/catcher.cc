#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>

void throw_deep(int depth, int& alive);

int main()
{
    int alive = 0;
    try {
        throw_deep(20, alive);
    } catch (const std::logic_error& error) {
        std::printf("caught \"%s\", %d objects left\n", error.what(), alive);
        if (alive != 0 || std::strcmp(error.what(), "from the library") != 0)
            return 1;
        try {
            std::rethrow_exception(std::make_exception_ptr(42));
        } catch (int n) {
            return n == 42 ? 0 : 2;
        }
    }
    return 3;
}
