/* Prints the CRC-32 of the standard input. */
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

int main(void)
{
    unsigned char buffer[65536];
    uLong sum = crc32(0L, Z_NULL, 0);
    size_t length;

    while ((length = fread(buffer, 1, sizeof buffer, stdin)) > 0)
        sum = crc32(sum, buffer, (uInt)length);
    if (ferror(stdin)) {
        perror("checksum");
        return EXIT_FAILURE;
    }
    printf("%08lx\n", (unsigned long)sum);
    return EXIT_SUCCESS;
}
