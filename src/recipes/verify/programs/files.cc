// Directories are made, walked through and removed.
#include <filesystem>
#include <fstream>
#include <iostream>

namespace fs = std::filesystem;

int main() {
    const fs::path root = fs::temp_directory_path() / "tree";
    fs::create_directories(root / "a" / "b");
    std::ofstream(root / "a" / "b" / "file") << "text";
    int count = 0;
    for (const auto &entry : fs::recursive_directory_iterator(root)) count += entry.exists();
    const auto removed = fs::remove_all(root);
    std::cout << count << " entries, " << removed << " removed\n";
    return count != 3 || removed != 4;
}
