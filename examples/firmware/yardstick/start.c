/* Start, counting and report for QEMU's Cortex-M. Without -DCOUNTING there is only the start. */
#include <stdint.h>

float job(void);
extern uint32_t _data_start, _data_end, _data_load, _bss_start, _bss_end, _stack_top;

static int semihost(int operation, const void *argument) {
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

#ifdef COUNTING
/* A hash of what a job computed. A job without one leaves this. */
__attribute__((weak)) uint32_t bits(void) { return 0; }

#define SYST ((volatile uint32_t *)0xe000e010)
#define PAINT 0xcafebabe
#ifndef PAINTED
#define PAINTED 4096 /* bytes of stack that are looked at */
#endif
static uint32_t before, ticks, counts;

void count_start(void) { before = SYST[2]; }
void count_stop(void) { ticks += (before - SYST[2]) & 0xffffff, counts++; }

/* 2 * (10^6 + 1) instructions. */
static void known(void) {
    uint32_t n = 1000001;
    __asm__ volatile(".syntax unified\n1: subs %0, #1\nbne 1b" : "+l"(n) : : "cc");
}

static void print(const char *name, uint32_t n) {
    char text[12], *p = text + 11;
    *p = 0;
    do *--p = '0' + n % 10; while (n /= 10);
    semihost(4, name), semihost(4, p);
}

static void report(void) {
    SYST[1] = 0xffffff, SYST[2] = 0, SYST[0] = 5;
    count_start(), known(), count_stop();
    uint32_t calibration = ticks, here;
    ticks = 0;
    for (int i = 0; i < 256; i++) count_start(), count_stop();
    uint32_t empty = ticks;
    ticks = counts = 0;
    volatile uint32_t *frame = (uint32_t *)((uintptr_t)&here & ~3u);
    for (int i = 16; i < PAINTED / 4; i++) frame[-i] = PAINT;
    job();
    int deepest = PAINTED / 4 - 1;
    while (deepest > 16 && frame[-deepest] == PAINT) deepest--;
    print("calibration ", calibration), print(" empty ", empty);
    print("\nticks ", ticks), print(" counts ", counts), print(" stack ", 4 * deepest);
    print("\nbits ", bits()), semihost(4, "\n");
}
#else
static volatile float result;
static void report(void) { result = job(); }
#endif

void reset(void) {
    for (uint32_t *from = &_data_load, *to = &_data_start; to < &_data_end;) *to++ = *from++;
    for (uint32_t *to = &_bss_start; to < &_bss_end;) *to++ = 0;
#ifdef __ARM_FP
    *(volatile uint32_t *)0xe000ed88 |= 0xf << 20; /* switches the FPU on */
    __asm__ volatile("dsb\nisb");
#endif
    report();
    semihost(0x18, (void *)0x20026);
    for (;;) {}
}

__attribute__((section(".vector_table"), used)) static const void *const vectors[16] = {&_stack_top, reset};
