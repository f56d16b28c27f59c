/* What the functions of every network return. */
#ifndef BAREPROP_H
#define BAREPROP_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    BAREPROP_OK = 0,
    /* A pointer is null. */
    BAREPROP_NULL = 1,
    /* A pointer is not a multiple of the alignment of what it points to: 4 for a state, for float and for
     * uint32_t. */
    BAREPROP_MISALIGNED = 2,
    /* The memory is too short. */
    BAREPROP_TOO_SHORT = 3,
    /* The learning rate is negative, too large, or not a number. */
    BAREPROP_RATE = 4,
    /* A feature is not a finite number. */
    BAREPROP_FEATURE = 5,
    /* The class or the target is out of its range. */
    BAREPROP_TARGET = 6,
    /* All weights are 0: call init or load first. */
    BAREPROP_UNINITIALIZED = 7,
    /* The loss or an output is not finite: the sample was not learnt. */
    BAREPROP_LOSS = 8,
    /* The gradient is too large: the sample was not learnt. */
    BAREPROP_GRADIENT = 9,
    /* A parameter is not finite or too large. */
    BAREPROP_PARAMETER = 10,
    /* This is no file of bareprop. */
    BAREPROP_MAGIC = 11,
    /* The file is of a version that this library does not know. */
    BAREPROP_VERSION = 12,
    /* The file is of another network or of another kind. */
    BAREPROP_ARCHITECTURE = 13,
    /* The file is longer or shorter than it has to be. */
    BAREPROP_LENGTH = 14,
    /* The checksum of the file is wrong. */
    BAREPROP_CHECKSUM = 15,
    /* A number of the file is not finite or out of its range. */
    BAREPROP_NUMBER = 16,
    /* Another error. */
    BAREPROP_OTHER = 17
};

/* The text of a code, in English. It is a constant: do not free it. */
const char *bareprop_text(int32_t code);

#ifdef __cplusplus
}
#endif

#endif
