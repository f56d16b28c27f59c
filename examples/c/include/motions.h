/* Written by ./header from src/networks.rs; change that line, not this file.
 *
 * Dense<12, 16, Relu>, Dense<16, 4>; SoftmaxCrossEntropy<4>
 * 276 parameters, trained one sample at a time.
 *
 * Every function returns BAREPROP_OK or another code of bareprop.h. An error changes neither what was learnt
 * nor the result. A state may be used by one thread or interrupt at a time. Two states have nothing in
 * common. What a function writes to must not overlap with what it reads. */
#ifndef BAREPROP_MOTIONS_H
#define BAREPROP_MOTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "bareprop.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How many numbers go in and come out. */
#define MOTIONS_INPUTS 12
#define MOTIONS_OUTPUTS 4
/* Bytes of a state, and of the file that save writes. */
#define MOTIONS_STATE_BYTES 1268
#define MOTIONS_FILE_BYTES 1132

/* Network and memory of training. It lies where you declare it: `static motions_state state;`. */
typedef struct {
    uint32_t words[MOTIONS_STATE_BYTES / 4];
} motions_state;

/* The same as MOTIONS_STATE_BYTES, from the library itself. */
size_t motions_state_bytes(void);

/* Makes memory a state and draws its weights from a seed, whatever the memory held before. Its address has
 * to be a multiple of 4; `bytes`, its length, has to be at least MOTIONS_STATE_BYTES. The functions below
 * need a state that was initialised, or one of zeros. */
int32_t motions_init(void *memory, size_t bytes, uint64_t seed);

/* Learns one sample with this learning rate; the target is the class, from 0. `loss` becomes
 * the loss of the sample before the step; it may be null. */
int32_t motions_learn(motions_state *state, float learning_rate, const float input[MOTIONS_INPUTS],
                    uint32_t target, float *loss);

/* Predicts: probabilities where the loss is a cross-entropy. */
int32_t motions_predict(motions_state *state, const float input[MOTIONS_INPUTS], float output[MOTIONS_OUTPUTS]);

/* Writes a file of MOTIONS_FILE_BYTES bytes, with which training goes on to the same bits, on any
 * machine. `bytes` is how many fit. */
int32_t motions_save(motions_state *state, void *file, size_t bytes);

/* Reads a file of `bytes` bytes. */
int32_t motions_load(motions_state *state, const void *file, size_t bytes);

/* A hash of all parameters. */
int32_t motions_bits(motions_state *state, uint32_t *bits);

#ifdef __cplusplus
}
#endif

#endif
