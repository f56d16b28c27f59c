/* Written by ./header from src/networks.rs; change that line, not this file.
 *
 * Dense<2, 16, Relu>, Dense<16, 8, Relu>, Dense<8, 1>; BinaryCrossEntropy
 * 193 parameters, trained one sample at a time.
 *
 * Every function returns BAREPROP_OK or another code of bareprop.h. An error changes neither what was learnt
 * nor the result. A state may be used by one thread or interrupt at a time. Two states have nothing in
 * common. What a function writes to must not overlap with what it reads. */
#ifndef BAREPROP_QUADRANTS_H
#define BAREPROP_QUADRANTS_H

#include <stddef.h>
#include <stdint.h>

#include "bareprop.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How many numbers go in and come out. */
#define QUADRANTS_INPUTS 2
#define QUADRANTS_OUTPUTS 1
/* Bytes of a state, and of the file that save writes. */
#define QUADRANTS_STATE_BYTES 976
#define QUADRANTS_FILE_BYTES 800

/* Network and memory of training. It lies where you declare it: `static quadrants_state state;`. */
typedef struct {
    uint32_t words[QUADRANTS_STATE_BYTES / 4];
} quadrants_state;

/* The same as QUADRANTS_STATE_BYTES, from the library itself. */
size_t quadrants_state_bytes(void);

/* Makes memory a state and draws its weights from a seed, whatever the memory held before. Its address has
 * to be a multiple of 4; `bytes`, its length, has to be at least QUADRANTS_STATE_BYTES. The functions below
 * need a state that was initialised, or one of zeros. */
int32_t quadrants_init(void *memory, size_t bytes, uint64_t seed);

/* Learns one sample with this learning rate; the target is a number for each output. `loss` becomes
 * the loss of the sample before the step; it may be null. */
int32_t quadrants_learn(quadrants_state *state, float learning_rate, const float input[QUADRANTS_INPUTS],
                    const float target[QUADRANTS_OUTPUTS], float *loss);

/* Predicts: probabilities where the loss is a cross-entropy. */
int32_t quadrants_predict(quadrants_state *state, const float input[QUADRANTS_INPUTS], float output[QUADRANTS_OUTPUTS]);

/* Writes a file of QUADRANTS_FILE_BYTES bytes, with which training goes on to the same bits, on any
 * machine. `bytes` is how many fit. */
int32_t quadrants_save(quadrants_state *state, void *file, size_t bytes);

/* Reads a file of `bytes` bytes. */
int32_t quadrants_load(quadrants_state *state, const void *file, size_t bytes);

/* A hash of all parameters. */
int32_t quadrants_bits(quadrants_state *state, uint32_t *bits);

#ifdef __cplusplus
}
#endif

#endif
