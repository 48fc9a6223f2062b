#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

int main()
{
    std::vector<std::string> words{"one", "thirteen", "two"};
    auto longest = std::max_element(words.begin(), words.end(), [](auto &a, auto &b) { return a.size() < b.size(); });
    std::cout << words.size() << " words, longest: " << *longest << std::endl;
}
