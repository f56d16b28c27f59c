/* forward, backward and step of net.c, tuned for a Cortex-M4F. net.c takes these with -DTUNED. With
 * -ffp-contract=off every parameter has the bits of net.c's own functions. What is tuned:
 * - Units that ReLU sets to 0 take part in no loop. The others are listed. Only additions of 0 are left out.
 * - The forward product keeps 16 sums in registers. For each listed unit it reads 16 consecutive weights.
 * - The backward product and the update of a row are one loop. With SGD it adds the update to the weight.
 * - The step of Adam keeps its divisors in registers. The compiler knows that its arrays do not overlap. */
#define SUMS (H2 < 16 ? H2 : 16)

/* The units that are not 0: their indices, their number. a1 and a2 are their values, in the same order. */
static uint8_t unit1[H1], unit2[H2];
static int live1, live2;

/* Units j to j + SUMS - 1 of the second layer, from n listed units of the first. m units of the second layer
 * were listed before. Returns how many are listed then. */
static inline int columns(int j, int n, int m) {
    float sum[SUMS];
#pragma GCC unroll 16
    for (int k = 0; k < SUMS; k++) sum[k] = net.b2[j + k];
    for (int i = 0; i < n; i++) {
        const float *w = &net.w2[unit1[i]][j], a = a1[i];
#pragma GCC unroll 16
        for (int k = 0; k < SUMS; k++) sum[k] += a * w[k];
    }
#pragma GCC unroll 16
    for (int k = 0; k < SUMS; k++)
        if (sum[k] > 0) a2[m] = sum[k], unit2[m++] = j + k;
    return m;
}

static float forward(const float x[2]) {
    float x0 = x[0], x1 = x[1], z = net.b3;
    int n = 0, m = 0;
    for (int j = 0; j < H1; j++) {
        float sum = net.b1[j] + x0 * net.w1[0][j] + x1 * net.w1[1][j];
        if (sum > 0) a1[n] = sum, unit1[n++] = j;
    }
    for (int j = 0; j < H2; j += SUMS) m = columns(j, n, m);
    for (int i = 0; i < m; i++) z += a2[i] * net.w3[unit2[i]];
    live1 = n, live2 = m;
    return z;
}

#ifndef INFER
/* Adds scale times the gradient of one sample to `to`, which is net itself for SGD. */
static inline void backward(Net *to, float scale, const float x[2], float target) {
    float z = forward(x), p = 1.0f / (1.0f + expf(-z)), d3 = scale * (p - target);
    float x0 = x[0], x1 = x[1], d2[H2];
    int n = live1, m = live2, index[H2];
    for (int i = 0; i < m; i++) {
        int j = index[i] = unit2[i];
        d2[i] = d3 * net.w3[j];
        to->w3[j] += d3 * a2[i], to->b2[j] += d2[i];
    }
    to->b3 += d3;
    for (int i = 0; i < n; i++) {
        int u = unit1[i];
        const float *w = net.w2[u], a = a1[i];
        float *t = to->w2[u], d1 = 0;
        for (int k = 0; k < m; k++) {
            int j = index[k];
            float d = d2[k];
            d1 += d * w[j];
            t[j] += d * a;
        }
        to->w1[0][u] += d1 * x0, to->w1[1][u] += d1 * x1, to->b1[u] += d1;
    }
}
#endif

#ifdef ADAM
static Net gradient, mean, variance;
static float power1 = 1, power2 = 1;

static void step(float rate) {
    float *restrict w = (float *)&net, *restrict g = (float *)&gradient;
    float *restrict m = (float *)&mean, *restrict v = (float *)&variance;
    power1 *= 0.9f, power2 *= 0.999f;
    float rest1 = 1 - power1, rest2 = 1 - power2;
    for (unsigned i = 0; i < COUNT; i++) {
        float slope = g[i], first = 0.9f * m[i] + 0.1f * slope;
        float second = 0.999f * v[i] + 0.001f * slope * slope;
        m[i] = first, v[i] = second, g[i] = 0;
        w[i] -= rate * (first / rest1) / (sqrtf(second / rest2) + 1e-8f);
    }
}
#endif
