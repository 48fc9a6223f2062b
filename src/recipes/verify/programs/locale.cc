// The locale of the environment: its name, its characters, its upper case.
#include <clocale>
#include <cstdlib>
#include <cwchar>
#include <cwctype>
#include <iostream>
#include <locale>
#include <string>

int main() {
    const std::locale environment("");
    std::locale::global(environment);
    wchar_t wide = 0;
    const bool one_character = std::mbtowc(&wide, "\303\251", 2) == 2 && wide == 0xe9;
    const bool upper = std::towupper(0xe9) == 0xc9 && std::isupper(wchar_t{0xc9}, environment);
    std::cout << environment.name() << ": " << (one_character ? "multibyte characters" : "bytes") << '\n';
    return !(one_character && upper && std::string(std::setlocale(LC_ALL, nullptr)) == "C.UTF-8");
}
