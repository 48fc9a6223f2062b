#include <dlfcn.h>
#include <stdio.h>

static int ask(void)
{
    return 21;
}

int main(void)
{
    void *library = dlopen("./plugin.so", RTLD_NOW);
    if (!library) {
        puts(dlerror());
        return 1;
    }
    int (*answer)(int (*)(void)) = (int (*)(int (*)(void)))dlsym(library, "plugin_answer");
    if (!answer || dlsym(library, "no_such_function"))
        return 2;
    printf("the plug-in says %d\n", answer(ask));
    return answer(ask) != 42 || dlclose(library);
}
