#include <iostream>
#include <stdexcept>

int main()
{
    try {
        throw std::runtime_error("hello");
    } catch (const std::exception& error) {
        std::cout << error.what() << std::endl;
    }
}
