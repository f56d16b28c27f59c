/* The job of src/quadrants.rs as one writes it in plain C in an afternoon: two hidden layers with ReLU,
 * binary cross-entropy, gradient descent or Adam. -DH1=64 -DH2=32, and one of -DSGD, -DADAM, -DINFER.
 * -DTUNED takes forward, backward and step from tuned.h. -DHASH computes a hash, which start.c prints. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "count.h"

#define SAMPLES 512
#define BATCH 32

typedef struct {
    float w1[2][H1], b1[H1], w2[H1][H2], b2[H2], w3[H2], b3;
} Net;
#define COUNT (sizeof(Net) / sizeof(float))

#ifdef INFER
static const Net net = {
#include "weights.h"
};
#else
static Net net;
#endif
static float a1[H1], a2[H2];

static uint32_t state[4] = {1, 2, 3, 4};

/* Marsaglia's xorshift, as a number between -1 and 1. */
static float uniform(void) {
    uint32_t t = state[0] ^ (state[0] << 11);
    state[0] = state[1], state[1] = state[2], state[2] = state[3];
    state[3] ^= (state[3] >> 19) ^ t ^ (t >> 8);
    return (float)(state[3] >> 8) * (2.0f / 16777216.0f) - 1.0f;
}

#ifdef TUNED
#include "tuned.h"
#else
static float forward(const float x[2]) {
    for (int j = 0; j < H1; j++) {
        float z = net.b1[j];
        for (int i = 0; i < 2; i++) z += x[i] * net.w1[i][j];
        a1[j] = z > 0 ? z : 0;
    }
    for (int j = 0; j < H2; j++) {
        float z = net.b2[j];
        for (int i = 0; i < H1; i++) z += a1[i] * net.w2[i][j];
        a2[j] = z > 0 ? z : 0;
    }
    float z = net.b3;
    for (int i = 0; i < H2; i++) z += a2[i] * net.w3[i];
    return z;
}

#ifndef INFER
static float d1[H1], d2[H2];

/* Adds scale times the gradient of one sample to `to`. */
static void backward(Net *to, float scale, const float x[2], float target) {
    float z = forward(x), p = 1.0f / (1.0f + expf(-z)), d3 = scale * (p - target);
    for (int i = 0; i < H2; i++) d2[i] = a2[i] > 0 ? d3 * net.w3[i] : 0;
    for (int i = 0; i < H1; i++) {
        float sum = 0;
        for (int j = 0; j < H2; j++) sum += d2[j] * net.w2[i][j];
        d1[i] = a1[i] > 0 ? sum : 0;
    }
    for (int i = 0; i < H2; i++) to->w3[i] += d3 * a2[i];
    to->b3 += d3;
    for (int i = 0; i < H1; i++)
        for (int j = 0; j < H2; j++) to->w2[i][j] += d2[j] * a1[i];
    for (int j = 0; j < H2; j++) to->b2[j] += d2[j];
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < H1; j++) to->w1[i][j] += d1[j] * x[i];
    for (int j = 0; j < H1; j++) to->b1[j] += d1[j];
}
#endif

#ifdef ADAM
static Net gradient, mean, variance;
static float power1 = 1, power2 = 1;

static void step(float rate) {
    float *w = (float *)&net, *g = (float *)&gradient, *m = (float *)&mean, *v = (float *)&variance;
    power1 *= 0.9f, power2 *= 0.999f;
    for (unsigned i = 0; i < COUNT; i++) {
        m[i] = 0.9f * m[i] + 0.1f * g[i];
        v[i] = 0.999f * v[i] + 0.001f * g[i] * g[i];
        w[i] -= rate * (m[i] / (1 - power1)) / (sqrtf(v[i] / (1 - power2)) + 1e-8f);
        g[i] = 0;
    }
}
#endif

#endif

#ifndef INFER
static void initialize(float *w, int n, float limit) {
    for (int i = 0; i < n; i++) w[i] = uniform() * limit;
}
#endif

#ifdef HASH
/* A hash (FNV-1a of words) of all outputs of inference, or of all parameters after training. */
static uint32_t hash = 2166136261u;

static void add(const void *from, int count) {
    for (uint32_t word; count > 0; count--, from = (const char *)from + 4) {
        memcpy(&word, from, 4);
        hash = (hash ^ word) * 16777619u;
    }
}

uint32_t bits(void) {
#ifndef INFER
    add(&net, COUNT);
#endif
    return hash;
}
#else
#define add(from, count)
#endif

/* Trains or infers; the second half is counted. Returns the last bias, or the right answers. */
float job(void) {
    float result = 0;
#ifndef INFER
    initialize(&net.w1[0][0], 2 * H1, sqrtf(6.0f / 2));
    initialize(&net.w2[0][0], H1 * H2, sqrtf(6.0f / H1));
    initialize(net.w3, H2, sqrtf(6.0f / H2));
#endif
    for (int sample = 0; sample < SAMPLES; sample++) {
        float x[2] = {uniform(), uniform()}, target = x[0] * x[1] > 0;
        if (sample >= SAMPLES / 2) count_start();
#ifdef SGD
        backward(&net, -0.05f, x, target);
#elif defined ADAM
        backward(&gradient, 1.0f / BATCH, x, target);
        if (sample % BATCH == BATCH - 1) step(0.01f);
#else
        float z = forward(x), p = 1.0f / (1.0f + expf(-z));
        result += (p > 0.5f) == (target > 0.5f);
#endif
        if (sample >= SAMPLES / 2) count_stop();
#ifdef INFER
        add(&z, 1);
#endif
    }
#ifndef INFER
    result = net.b3;
#endif
    return result;
}
