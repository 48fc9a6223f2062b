#include <algorithm>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

int main()
{
    std::istringstream input("one two three two one two");
    std::map<std::string, int> count;
    for (std::string word; input >> word;)
        ++count[word];
    std::vector<std::pair<std::string, int>> sorted(count.begin(), count.end());
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    std::ostringstream output;
    for (const auto& [word, n] : sorted)
        output << word << '=' << std::setw(2) << n << ' ';
    std::cout << output.str() << std::fixed << std::setprecision(2) << 1.005e2 << std::endl;
    return output.str() == "two= 3 one= 2 three= 1 " ? 0 : 1;
}
