#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static int wrong;

static void fails(const char *call, int result, int expected)
{
    int number = errno;
    if (result != -1 || number != expected) {
        wrong++;
        printf("%s returned %d, errno %d (expected %d); ", call, result, number, expected);
    }
    errno = 0;
}

/* Both kinds of what the C library has for a system call: functions in C, and those that it generates in assembly, as munmap. */
int main(void)
{
    fails("munmap", munmap((void *)1, 4096), EINVAL);
    fails("mprotect", mprotect((void *)1, 4096, PROT_READ), EINVAL);
    fails("dup", dup(-1), EBADF);
    fails("close", close(-1), EBADF);
    fails("open", open("/none/such", O_RDONLY), ENOENT);
    printf("%s\n", wrong ? "" : "five calls fail, and errno says why");
    return wrong != 0;
}
