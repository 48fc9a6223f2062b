/* That the other file's function gives a constant is known only to a compiler that sees both when it links. */
#include <stdio.h>

int twice(int number);

int main(void)
{
    int answer = twice(21);
    puts(__builtin_constant_p(answer) && answer == 42 ? "seen through" : "called");
    return 0;
}
