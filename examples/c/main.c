/* A smart watch learns what its wearer is doing, sample by sample: the means and deviations of six axes
 * over two seconds go in, four activities come out. Trains, saves, loads into a second state, and goes on
 * with both to the same bits. */
#include <stddef.h>
#include <stdint.h>

#include "motions.h"
#include "output.h"
#include "table.h"

#define EPOCHS 10
#define RATE 0.05f

#ifdef COUNTING
void count_start(void);
void count_stop(void);
#else
#define count_start() ((void)0)
#define count_stop() ((void)0)
#endif

static motions_state first, second;
static uint8_t file[MOTIONS_FILE_BYTES];

/* Prints a code that is no OK, and tells whether there was one. */
static int failed(int32_t code) {
    if (code != BAREPROP_OK) {
        print(bareprop_text(code));
        print("\n");
    }
    return code != BAREPROP_OK;
}

/* Learns every row once, in their order. `counted` is how many of the last are counted. */
static int32_t learn(motions_state *state, size_t counted, float *mean) {
    float sum = 0, loss = 0;
    for (size_t i = 0; i < TRAIN; i++) {
        const row *row = &table.train[i];
        int counting = i + counted >= TRAIN;
        if (counting) count_start();
        int32_t code = motions_learn(state, RATE, row->input, row->class_, &loss);
        if (counting) count_stop();
        if (code != BAREPROP_OK) return code;
        sum += loss;
    }
    *mean = sum / TRAIN;
    return BAREPROP_OK;
}

/* How many rows of the test are recognised. */
static int32_t test(motions_state *state, uint32_t *hits) {
    *hits = 0;
    for (size_t i = 0; i < TEST; i++) {
        float probability[MOTIONS_OUTPUTS];
        int32_t code = motions_predict(state, table.test[i].input, probability);
        if (code != BAREPROP_OK) return code;
        uint32_t best = 0;
        for (uint32_t k = 1; k < MOTIONS_OUTPUTS; k++)
            if (probability[k] > probability[best]) best = k;
        *hits += best == table.test[i].class_;
    }
    return BAREPROP_OK;
}

/* Goes on for ten epochs, and prints the hash of the parameters. */
static int32_t go_on(motions_state *state, size_t counted) {
    float mean;
    uint32_t bits;
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        int32_t code = learn(state, epoch == EPOCHS ? counted : 0, &mean);
        if (code != BAREPROP_OK) return code;
    }
    int32_t code = motions_bits(state, &bits);
    if (code != BAREPROP_OK) return code;
    print("bits "), print_hex(bits), print("\n");
    return BAREPROP_OK;
}

/* FNV-1a. */
static uint32_t hash(const uint8_t *bytes, size_t length) {
    uint32_t hash = 0x811c9dc5;
    for (size_t i = 0; i < length; i++) hash = (hash ^ bytes[i]) * 0x01000193;
    return hash;
}

int main(void) {
    float mean;
    uint32_t hits;
    if (failed(motions_init(&first, sizeof first, 1))) return 1;
    for (uint32_t epoch = 1; epoch <= EPOCHS; epoch++) {
        if (failed(learn(&first, 0, &mean))) return 1;
        print("epoch "), print_number(epoch), print(" loss "), print_number((uint32_t)(mean * 10000)), print("\n");
    }
    if (failed(motions_save(&first, file, sizeof file))) return 1;
    print("file "), print_number(sizeof file), print(" bytes, hash "), print_hex(hash(file, sizeof file)), print("\n");
    /* A state of zeros may be loaded into. */
    if (failed(motions_load(&second, file, sizeof file))) return 1;
    if (failed(go_on(&first, 256)) || failed(go_on(&second, 0))) return 1;
    if (failed(test(&second, &hits))) return 1;
    print_number(hits), print(" of "), print_number(TEST), print(" windows recognised\n");
    if (failed(motions_save(&second, file, sizeof file))) return 1;
    print("hash "), print_hex(hash(file, sizeof file)), print("\n");
    return 0;
}
