#include <stdexcept>

struct Counted {
    int& count;
    explicit Counted(int& c) : count(c) { ++count; }
    ~Counted() { --count; }
};

void throw_deep(int depth, int& alive)
{
    Counted here(alive);
    if (depth == 0)
        throw std::out_of_range("from the library");
    throw_deep(depth - 1, alive);
}
