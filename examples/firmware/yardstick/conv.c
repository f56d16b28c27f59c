/* The jobs of measure/infer_conv.rs and online_conv.rs as one writes them in plain C in an afternoon. -DINFER: a convolution of
 * 128 steps of 6 channels with kernel 5 to 16, ReLU, mean over the steps, dense to 10. -DSGD: the convolutions of the motions with
 * gradient descent: 20 steps of 6, kernel 3 to 12, ReLU, maximum of 2, kernel 3 to 16, ReLU, mean, dense to 4, softmax. */
#include <math.h>
#include <stdint.h>

#include "count.h"

#define SAMPLES 512

static uint32_t state[4] = {1, 2, 3, 4};

/* Marsaglia's xorshift, as a number between -1 and 1. */
static float uniform(void) {
    uint32_t t = state[0] ^ (state[0] << 11);
    state[0] = state[1], state[1] = state[2], state[2] = state[3];
    state[3] ^= (state[3] >> 19) ^ t ^ (t >> 8);
    return (float)(state[3] >> 8) * (2.0f / 16777216.0f) - 1.0f;
}

#ifdef INFER
#define L 128
#define C 6
#define K 5
#define OUT 16
#define LOUT (L - K + 1)
#define CLASSES 10
typedef struct {
    float w[K][C][OUT], b[OUT], dense[OUT][CLASSES], bias[CLASSES];
} Net;
static const Net net = {
#include "weights.h"
};
static float y[LOUT][OUT], mean[OUT];

static void forward(const float x[L][C], float logits[CLASSES]) {
    for (int j = 0; j < OUT; j++) mean[j] = 0;
    for (int t = 0; t < LOUT; t++)
        for (int j = 0; j < OUT; j++) {
            float z = net.b[j];
            for (int k = 0; k < K; k++)
                for (int c = 0; c < C; c++) z += x[t + k][c] * net.w[k][c][j];
            y[t][j] = z > 0 ? z : 0;
        }
    for (int t = 0; t < LOUT; t++)
        for (int j = 0; j < OUT; j++) mean[j] += y[t][j];
    for (int j = 0; j < CLASSES; j++) {
        float z = net.bias[j];
        for (int i = 0; i < OUT; i++) z += mean[i] / LOUT * net.dense[i][j];
        logits[j] = z;
    }
}

float job(void) {
    static float x[L][C];
    float sum = 0, logits[CLASSES];
    for (int sample = 0; sample < SAMPLES / 2; sample++) {
        for (int i = 0; i < L * C; i++) (&x[0][0])[i] = uniform();
        count_start();
        forward(x, logits);
        count_stop();
        sum += logits[0];
    }
    return sum;
}
#else
static struct {
    float w1[3][6][12], b1[12], w2[3][12][16], b2[16], w3[16][4], b3[4];
} net;
static float h1[18][12], pool[9][12], h2[7][16], mean[16], d1[18][12], dpool[9][12], d2[7][16], dmean[16];

static void learn(float rate, const float x[20][6], int target) {
    for (int t = 0; t < 18; t++)
        for (int j = 0; j < 12; j++) {
            float z = net.b1[j];
            for (int k = 0; k < 3; k++)
                for (int c = 0; c < 6; c++) z += x[t + k][c] * net.w1[k][c][j];
            h1[t][j] = z > 0 ? z : 0;
        }
    for (int t = 0; t < 9; t++)
        for (int j = 0; j < 12; j++) pool[t][j] = h1[2 * t][j] >= h1[2 * t + 1][j] ? h1[2 * t][j] : h1[2 * t + 1][j];
    for (int t = 0; t < 7; t++)
        for (int j = 0; j < 16; j++) {
            float z = net.b2[j];
            for (int k = 0; k < 3; k++)
                for (int c = 0; c < 12; c++) z += pool[t + k][c] * net.w2[k][c][j];
            h2[t][j] = z > 0 ? z : 0;
        }
    for (int j = 0; j < 16; j++) {
        mean[j] = 0;
        for (int t = 0; t < 7; t++) mean[j] += h2[t][j];
        mean[j] /= 7;
    }
    float p[4], most = -1e30f, sum = 0;
    for (int j = 0; j < 4; j++) {
        p[j] = net.b3[j];
        for (int i = 0; i < 16; i++) p[j] += mean[i] * net.w3[i][j];
        if (p[j] > most) most = p[j];
    }
    for (int j = 0; j < 4; j++) sum += p[j] = expf(p[j] - most);
    for (int j = 0; j < 4; j++) p[j] = p[j] / sum - (j == target);

    for (int i = 0; i < 16; i++) {
        dmean[i] = 0;
        for (int j = 0; j < 4; j++) dmean[i] += p[j] * net.w3[i][j];
    }
    for (int t = 0; t < 7; t++)
        for (int j = 0; j < 16; j++) d2[t][j] = h2[t][j] > 0 ? dmean[j] / 7 : 0;
    for (int t = 0; t < 9; t++)
        for (int c = 0; c < 12; c++) dpool[t][c] = 0;
    for (int t = 0; t < 7; t++)
        for (int k = 0; k < 3; k++)
            for (int c = 0; c < 12; c++)
                for (int j = 0; j < 16; j++) dpool[t + k][c] += d2[t][j] * net.w2[k][c][j];
    for (int t = 0; t < 9; t++)
        for (int j = 0; j < 12; j++) {
            int first = h1[2 * t][j] >= h1[2 * t + 1][j];
            d1[2 * t][j] = first && h1[2 * t][j] > 0 ? dpool[t][j] : 0;
            d1[2 * t + 1][j] = !first && h1[2 * t + 1][j] > 0 ? dpool[t][j] : 0;
        }

    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 4; j++) net.w3[i][j] -= rate * mean[i] * p[j];
    for (int j = 0; j < 4; j++) net.b3[j] -= rate * p[j];
    for (int t = 0; t < 7; t++) {
        for (int k = 0; k < 3; k++)
            for (int c = 0; c < 12; c++)
                for (int j = 0; j < 16; j++) net.w2[k][c][j] -= rate * pool[t + k][c] * d2[t][j];
        for (int j = 0; j < 16; j++) net.b2[j] -= rate * d2[t][j];
    }
    for (int t = 0; t < 18; t++) {
        for (int k = 0; k < 3; k++)
            for (int c = 0; c < 6; c++)
                for (int j = 0; j < 12; j++) net.w1[k][c][j] -= rate * x[t + k][c] * d1[t][j];
        for (int j = 0; j < 12; j++) net.b1[j] -= rate * d1[t][j];
    }
}

static void initialize(float *w, int n, float limit) {
    for (int i = 0; i < n; i++) w[i] = uniform() * limit;
}

float job(void) {
    static float x[20][6];
    initialize(&net.w1[0][0][0], 3 * 6 * 12, sqrtf(6.0f / 18));
    initialize(&net.w2[0][0][0], 3 * 12 * 16, sqrtf(6.0f / 36));
    initialize(&net.w3[0][0], 16 * 4, sqrtf(6.0f / 16));
    for (int sample = 0; sample < SAMPLES; sample++) {
        for (int i = 0; i < 20 * 6; i++) (&x[0][0])[i] = uniform();
        int target = (x[0][0] > 0) + 2 * (x[0][1] > 0);
        if (sample >= SAMPLES / 2) count_start();
        learn(0.05f, x, target);
        if (sample >= SAMPLES / 2) count_stop();
    }
    return net.b3[0];
}
#endif
