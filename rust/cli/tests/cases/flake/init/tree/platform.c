/* Says which platform this was built for, and which zlib it found there. */
#include <stdio.h>
#include <zlib.h>

int main(void)
{
#if defined(__aarch64__)
    const char *processor = "aarch64";
#elif defined(__riscv)
    const char *processor = "riscv";
#elif defined(__x86_64__)
    const char *processor = "x86_64";
#else
    const char *processor = "another processor";
#endif
#if defined(_WIN32)
    const char *system = "windows";
#elif defined(__linux__)
    const char *system = "linux";
#else
    const char *system = "another system";
#endif
    printf("%s-%s, zlib %s\n", processor, system, zlibVersion());
    return 0;
}
