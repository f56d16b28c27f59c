/* The errors that a caller can bring about, and a second network in the same library. Compiles as C++ too. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "motions.h"
#include "quadrants.h"

static int bad;
static motions_state state, before;
static quadrants_state other;
static unsigned char file[MOTIONS_FILE_BYTES + 1];

static void expect(const char *call, int32_t code, int32_t expected) {
    if (code == expected) return;
    printf("%s is %d (%s), not %d\n", call, (int)code, bareprop_text(code), (int)expected);
    bad = 1;
}
#define EXPECT(expected, call) expect(#call, call, expected)

static void check(const char *what, int holds) {
    if (holds) return;
    printf("%s does not hold\n", what);
    bad = 1;
}
#define CHECK(what) check(#what, what)

static motions_state *misaligned(void) { return (motions_state *)(void *)(file + 1); }

static void pointers(const float *input) {
    float loss, output[MOTIONS_OUTPUTS];
    uint32_t bits;
    EXPECT(BAREPROP_NULL, motions_init(NULL, sizeof state, 1));
    EXPECT(BAREPROP_MISALIGNED, motions_init(misaligned(), sizeof state, 1));
    EXPECT(BAREPROP_TOO_SHORT, motions_init(&state, sizeof state - 1, 1));
    EXPECT(BAREPROP_NULL, motions_learn(NULL, 0.1f, input, 0, &loss));
    EXPECT(BAREPROP_MISALIGNED, motions_learn(misaligned(), 0.1f, input, 0, &loss));
    EXPECT(BAREPROP_NULL, motions_learn(&state, 0.1f, NULL, 0, &loss));
    EXPECT(BAREPROP_MISALIGNED, motions_learn(&state, 0.1f, input, 0, (float *)(void *)(file + 1)));
    EXPECT(BAREPROP_NULL, motions_predict(&state, NULL, output));
    EXPECT(BAREPROP_NULL, motions_predict(&state, input, NULL));
    EXPECT(BAREPROP_MISALIGNED, motions_predict(&state, (float *)(void *)(file + 1), output));
    EXPECT(BAREPROP_NULL, motions_bits(NULL, &bits));
    EXPECT(BAREPROP_NULL, motions_bits(&state, NULL));
    EXPECT(BAREPROP_NULL, motions_save(&state, NULL, sizeof file));
    EXPECT(BAREPROP_TOO_SHORT, motions_save(&state, file, MOTIONS_FILE_BYTES - 1));
    EXPECT(BAREPROP_LENGTH, motions_save(&state, file, SIZE_MAX));
    EXPECT(BAREPROP_NULL, motions_load(&state, NULL, sizeof file));
    EXPECT(BAREPROP_NULL, quadrants_learn(&other, 0.1f, input, NULL, NULL));
}

static void samples(float *input) {
    float loss = -1, output[MOTIONS_OUTPUTS];
    EXPECT(BAREPROP_UNINITIALIZED, motions_learn(&state, 0.1f, input, 0, &loss));
    EXPECT(BAREPROP_OK, motions_init(&state, sizeof state, 1));
    EXPECT(BAREPROP_TARGET, motions_learn(&state, 0.1f, input, 4, &loss));
    EXPECT(BAREPROP_RATE, motions_learn(&state, -0.1f, input, 0, &loss));
    EXPECT(BAREPROP_RATE, motions_learn(&state, NAN, input, 0, &loss));
    input[3] = NAN;
    EXPECT(BAREPROP_FEATURE, motions_learn(&state, 0.1f, input, 0, &loss));
    EXPECT(BAREPROP_FEATURE, motions_predict(&state, input, output));
    input[3] = 3e38f;
    EXPECT(BAREPROP_LOSS, motions_learn(&state, 0.1f, input, 0, &loss));
    input[3] = 1e30f;
    before = state;
    EXPECT(BAREPROP_GRADIENT, motions_learn(&state, 1e18f, input, 1, &loss));
    input[3] = 0;
    CHECK(loss == -1);
    /* The network comes first in a state; behind it lies scratch. */
    CHECK(memcmp(&state, &before, MOTIONS_FILE_BYTES - 28) == 0);
    EXPECT(BAREPROP_OK, motions_learn(&state, 0.1f, input, 0, &loss));
    CHECK(loss > 0);
    EXPECT(BAREPROP_OK, motions_learn(&state, 0.1f, input, 0, NULL));
}

/* The checksum at the end of a file. */
static void seal(unsigned char *bytes, int length) {
    uint32_t crc = 0xffffffffu;
    for (int i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    for (int i = 0; i < 4; i++) bytes[length + i] = (unsigned char)(~crc >> (8 * i));
}

/* A weight that is not a number, under a checksum that is right. */
static void not_a_number(void) {
    static unsigned char other_file[MOTIONS_FILE_BYTES];
    memcpy(other_file, file, sizeof other_file);
    seal(other_file, MOTIONS_FILE_BYTES - 4);
    CHECK(memcmp(other_file, file, sizeof other_file) == 0);
    memset(other_file + 20, 0xff, 4);
    seal(other_file, MOTIONS_FILE_BYTES - 4);
    EXPECT(BAREPROP_NUMBER, motions_load(&before, other_file, sizeof other_file));
}

static void files(void) {
    uint32_t bits, loaded;
    file[MOTIONS_FILE_BYTES] = 77;
    EXPECT(BAREPROP_OK, motions_save(&state, file, sizeof file));
    CHECK(file[MOTIONS_FILE_BYTES] == 77);
    EXPECT(BAREPROP_OK, motions_bits(&state, &bits));
    EXPECT(BAREPROP_OK, motions_init(&before, sizeof before, 2));
    EXPECT(BAREPROP_OK, motions_bits(&before, &loaded));
    CHECK(bits != loaded);
    EXPECT(BAREPROP_LENGTH, motions_load(&before, file, MOTIONS_FILE_BYTES + 1));
    EXPECT(BAREPROP_LENGTH, motions_load(&before, file, 0));
    EXPECT(BAREPROP_ARCHITECTURE, quadrants_load(&other, file, MOTIONS_FILE_BYTES));
    const int32_t expected[] = {BAREPROP_MAGIC, BAREPROP_VERSION, BAREPROP_ARCHITECTURE, BAREPROP_CHECKSUM};
    const int places[] = {0, 8, 12, MOTIONS_FILE_BYTES - 1};
    for (int i = 0; i < 4; i++) {
        file[places[i]] ^= 1;
        EXPECT(expected[i], motions_load(&before, file, MOTIONS_FILE_BYTES));
        file[places[i]] ^= 1;
    }
    not_a_number();
    EXPECT(BAREPROP_OK, motions_bits(&before, &loaded));
    CHECK(bits != loaded);
    EXPECT(BAREPROP_OK, motions_load(&before, file, MOTIONS_FILE_BYTES));
    EXPECT(BAREPROP_OK, motions_bits(&before, &loaded));
    CHECK(bits == loaded);
}

/* Is the product of two numbers positive? */
static void quadrants(void) {
    float input[QUADRANTS_INPUTS], target[QUADRANTS_OUTPUTS], probability[QUADRANTS_OUTPUTS];
    uint32_t random = 1, hits = 0;
    EXPECT(BAREPROP_OK, quadrants_init(&other, sizeof other, 1));
    for (int i = 0; i < 20000; i++) {
        for (int j = 0; j < QUADRANTS_INPUTS; j++) {
            random = random * 1664525u + 1013904223u;
            input[j] = (float)(random >> 8) / 8388608.0f - 1.0f;
        }
        target[0] = input[0] * input[1] > 0 ? 1.0f : 0.0f;
        EXPECT(BAREPROP_OK, quadrants_predict(&other, input, probability));
        if (i >= 19000) hits += (probability[0] > 0.5f) == (target[0] > 0.5f);
        EXPECT(BAREPROP_OK, quadrants_learn(&other, 0.05f, input, target, NULL));
    }
    printf("%u of 1000 quadrants\n", (unsigned)hits);
    CHECK(hits >= 950);
    target[0] = 2;
    EXPECT(BAREPROP_TARGET, quadrants_learn(&other, 0.05f, input, target, NULL));
}

int main(void) {
    float input[MOTIONS_INPUTS] = {0};
    input[0] = 1;
    CHECK(motions_state_bytes() == MOTIONS_STATE_BYTES && sizeof state == MOTIONS_STATE_BYTES);
    CHECK(quadrants_state_bytes() == QUADRANTS_STATE_BYTES);
    pointers(input);
    samples(input);
    files();
    quadrants();
    CHECK(strcmp(bareprop_text(BAREPROP_CHECKSUM), "the checksum of the file is wrong") == 0);
    CHECK(strcmp(bareprop_text(-1), "no code of bareprop") == 0);
    return bad;
}
