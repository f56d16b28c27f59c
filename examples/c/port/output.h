/* Output of main.c, without printf, which would take more flash than the rest. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdint.h>

/* Standard output of the process (host.c), or of the debugger (chip.c). */
void print(const char *text);

static inline void print_number(uint32_t number) {
    char text[11], *end = text + 10;
    *end = 0;
    do *--end = (char)('0' + number % 10);
    while (number /= 10);
    print(end);
}

static inline void print_hex(uint32_t number) {
    char text[9];
    for (int i = 0; i < 8; i++) text[i] = "0123456789abcdef"[number >> (28 - 4 * i) & 15];
    text[8] = 0;
    print(text);
}

#endif
