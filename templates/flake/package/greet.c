/* Greets whom the command line names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("greet " VERSION);
        return EXIT_SUCCESS;
    }
    if (argc < 2) {
        fputs("usage: greet NAME...\n", stderr);
        return EXIT_FAILURE;
    }
    for (int i = 1; i < argc; i++)
        printf("Hello, %s!\n", argv[i]);
    return EXIT_SUCCESS;
}
