// What this machine can reach at all: the same jobs by hand, with the widest vectors, fused multiply-add, flush-to-zero and sums in any
// order, none of which bareprop may use. A yardstick, not a peer; it learns as the others do (`./floor check` shows the losses).
//
//     gcc -O3 -march=native -ffast-math floor.c -o floor -lm && echo 'train moons 32 0.3' | ./floor

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define INLINE static inline __attribute__((always_inline))
#define BATCHES 16
#define MOST (784 * 128 + 128 + 128 * 64 + 64 + 64 * 16 + 16)

typedef float lanes __attribute__((vector_size(64), aligned(4), may_alias));
typedef int bits __attribute__((vector_size(64)));

static float parameters[MOST], gradient[MOST], first_moment[MOST], second_moment[MOST];
// All batches, row after row.
static float x0[10000 * 784], x1[128 * 128], x2[128 * 64], x3[128 * 16];
static float d1[128 * 128], d2[128 * 64], d3[128 * 16], transposed[128 * 64];
static int classes[10000];
static float mean_loss;
static uint32_t noise;
static int steps;

// R rows and V vectors of c at once: c[i][j] = bias[j] + Σ a(i,k)·b[k][j], where a(i,k) = a[i·ai + k·ak].
INLINE void tile(int R, int V, int K, int N, const float *a, int ai, int ak, const float *b, float *c, const float *bias, int relu) {
    lanes sums[8][8];
#pragma GCC unroll 8
    for (int i = 0; i < R; i++)
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) sums[i][v] = bias ? *(const lanes *)(bias + 16 * v) : (lanes){};
    for (int k = 0; k < K; k++)
#pragma GCC unroll 8
        for (int i = 0; i < R; i++)
#pragma GCC unroll 8
            for (int v = 0; v < V; v++) sums[i][v] += a[i * ai + k * ak] * *(const lanes *)(b + k * N + 16 * v);
#pragma GCC unroll 8
    for (int i = 0; i < R; i++)
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) {
            lanes y = sums[i][v];
            *(lanes *)(c + i * N + 16 * v) = relu ? (lanes)((bits)y & (y > 0)) : y;
        }
}

// The same for M rows and N columns, N a multiple of 16.
INLINE void product(int M, int N, int K, const float *a, int ai, int ak, const float *b, float *c, const float *bias, int relu) {
    const int R = M < 8 ? M : 8, V = M == 1 ? (N > 128 ? 8 : N / 16) : M < 8 ? (N > 64 ? 4 : N / 16) : (N > 32 ? 2 : N / 16);
    for (int j = 0; j < N; j += 16 * V)
        for (int i = 0; i < M; i += R)
            tile(R, V, K, N, a + i * ai, ai, ak, b + j, c + i * N + j, bias ? bias + j : 0, relu);
}

// A layer with one output.
INLINE void narrow(int rows, int K, const float *x, const float *w, float bias, float *y) {
    for (int r = 0; r < rows; r++) {
        float sum = bias;
        for (int k = 0; k < K; k++) sum += x[r * K + k] * w[k];
        y[r] = sum;
    }
}

// Drops a tenth of the units; what is dropped is 0, which backward sees as it sees an inactive unit.
INLINE void dropout(int count, float *x) {
    for (int i = 0; i < count; i++) {
        uint32_t hash = (noise + (uint32_t)i) * 0x9E3779B1u;
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6Bu;
        hash ^= hash >> 13;
        x[i] = hash >= 429496730u ? x[i] * (1 / 0.9f) : 0;
    }
    noise += (uint32_t)count;
}

INLINE void forward(int in, int h1, int h2, int out, int rows, int drop, const float *x) {
    const float *w1 = parameters, *b1 = w1 + in * h1, *w2 = b1 + h1, *b2 = w2 + h1 * h2, *w3 = b2 + h2, *b3 = w3 + h2 * out;
    product(rows, h1, in, x, in, 1, w1, x1, b1, 1);
    if (drop) dropout(rows * h1, x1);
    product(rows, h2, h1, x1, h1, 1, w2, x2, b2, 1);
    if (drop) dropout(rows * h2, x2);
    if (out == 1) narrow(rows, h2, x2, w3, *b3, x3);
    else product(rows, out, h2, x2, h2, 1, w3, x3, b3, 0);
}

// ∂(mean loss)/∂logits: sigmoid for one output, else softmax over the first ten.
INLINE void loss(int out, int rows, const int *class) {
    mean_loss = 0;
    for (int r = 0; out == 1 && r < rows; r++) {
        float probability = 1 / (1 + expf(-x3[r]));
        d3[r] = (probability - (float)class[r]) / (float)rows;
        mean_loss -= logf(class[r] ? probability : 1 - probability) / (float)rows;
    }
    for (int r = 0; out > 1 && r < rows; r++) {
        float *d = d3 + r * out, most = x3[r * out], sum = 0;
        for (int k = 1; k < 10; k++) most = fmaxf(most, x3[r * out + k]);
        for (int k = 0; k < 10; k++) sum += d[k] = expf(x3[r * out + k] - most);
        mean_loss -= logf(d[class[r]] / sum) / (float)rows;
        for (int k = 0; k < 10; k++) d[k] /= sum * (float)rows;
        d[class[r]] -= 1 / (float)rows;
    }
}

// dx = δ·Wᵀ where the unit was active. W: [K × N].
INLINE void backward(int rows, int K, int N, const float *w, const float *d, const float *x, float *dx, float scale) {
    if (N == 1) {
        for (int r = 0; r < rows; r++)
            for (int k = 0; k < K; k++) dx[r * K + k] = x[r * K + k] > 0 ? d[r] * w[k] * scale : 0;
        return;
    }
    for (int n = 0; n < N; n++)
        for (int k = 0; k < K; k++) transposed[n * K + k] = w[k * N + n];
    product(rows, K, N, d, N, 1, transposed, dx, 0, 0);
    for (int i = 0; i < rows * K; i++) dx[i] = x[i] > 0 ? dx[i] * scale : 0;
}

// Gradients of weights and bias. W: [K × N].
INLINE void outer(int rows, int K, int N, const float *x, const float *d, float *g) {
    memset(g, 0, sizeof(float) * (size_t)(K * N + N));
    for (int r = 0; r < rows; r++)
        for (int n = 0; n < N; n++) g[K * N + n] += d[r * N + n];
    if (N > 1) return product(K, N, rows, x, 1, K, d, g, 0, 0);
    for (int r = 0; r < rows; r++)
        for (int k = 0; k < K; k++) g[k] += d[r] * x[r * K + k];
}

INLINE void adam(int count, float l2, const int *weights) {
    float c1 = 1 / (1 - powf(0.9f, (float)++steps)), c2 = 1 / (1 - powf(0.999f, (float)steps));
    for (int first = 0, part = 0; first < count; first = weights[part++]) {
        float decay = part % 2 ? 0 : l2;
        for (int i = first; i < weights[part]; i++) {
            float g = gradient[i] + decay * parameters[i];
            float m = first_moment[i] = 0.9f * first_moment[i] + 0.1f * g;
            float v = second_moment[i] = 0.999f * second_moment[i] + 0.001f * g * g;
            parameters[i] -= 0.001f * m * c1 / (sqrtf(v * c2) + 1e-8f);
        }
    }
}

INLINE void train(int in, int h1, int h2, int out, int rows, int drop, int batch) {
    const int w2 = in * h1 + h1, w3 = w2 + h1 * h2 + h2, count = w3 + h2 * out + out;
    const int parts[] = {in * h1, w2, w2 + h1 * h2, w3, w3 + h2 * out, count};
    const float scale = drop ? 1 / 0.9f : 1;
    const float *x = x0 + batch * rows * in;
    forward(in, h1, h2, out, rows, drop, x);
    loss(out, rows, classes + batch * rows);
    backward(rows, h2, out, parameters + w3, d3, x2, d2, scale);
    backward(rows, h1, h2, parameters + w2, d2, x1, d1, scale);
    outer(rows, in, h1, x, d1, gradient);
    outer(rows, h1, h2, x1, d2, gradient + w2);
    outer(rows, h2, out, x2, d3, gradient + w3);
    adam(count, drop ? 0.001f / (float)rows : 0, parts);
}

static void train_moons_32(int batch) { train(2, 64, 32, 1, 32, 1, batch); }
static void train_digits_32(int batch) { train(64, 128, 64, 16, 32, 0, batch); }
static void train_images_32(int batch) { train(784, 128, 64, 16, 32, 0, batch); }
static void train_images_128(int batch) { train(784, 128, 64, 16, 128, 0, batch); }
static void infer_moons_1(int batch) { forward(2, 64, 32, 1, 1, 0, x0 + batch * 2); }
static void infer_moons_32(int batch) { forward(2, 64, 32, 1, 32, 0, x0 + batch * 32 * 2); }
static void infer_images_1(int batch) { forward(784, 128, 64, 16, 1, 0, x0 + batch * 784); }
static void infer_images_32(int batch) { forward(784, 128, 64, 16, 32, 0, x0 + batch * 32 * 784); }
// The only batch, in parts that stay in the cache.
static void infer_images_10000(int batch) {
    (void)batch;
    for (int row = 0; row < 10000; row += 40) forward(784, 128, 64, 16, 40, 0, x0 + row * 784);
}

static const struct job {
    const char *name;
    void (*call)(int batch);
    int sizes[3], out, rows;
} jobs[] = {
    {"train moons 32", train_moons_32, {2, 64, 32}, 1, 32},
    {"train digits 32", train_digits_32, {64, 128, 64}, 16, 32},
    {"train images 32", train_images_32, {784, 128, 64}, 16, 32},
    {"train images 128", train_images_128, {784, 128, 64}, 16, 128},
    {"infer moons 1", infer_moons_1, {2, 64, 32}, 1, 1},
    {"infer moons 32", infer_moons_32, {2, 64, 32}, 1, 32},
    {"infer images 1", infer_images_1, {784, 128, 64}, 16, 1},
    {"infer images 32", infer_images_32, {784, 128, 64}, 16, 32},
    {"infer images 10000", infer_images_10000, {784, 128, 64}, 16, 10000},
};

static float uniform(void) {
    static uint32_t x = 2463534242u;
    x ^= x << 13, x ^= x >> 17, x ^= x << 5;
    return (float)(x >> 8) / 8388608.0f - 1;
}

// New rows, and new weights of a job's network: uniform with the variance of He's.
static void prepare(const struct job *job) {
    const int *sizes = job->sizes, in = sizes[0];
    for (int r = 0; r < (job->rows > 1000 ? 1 : BATCHES) * job->rows; r++) {
        float *row = x0 + r * in;
        for (int i = 0; i < in; i++) row[i] = uniform();
        int best = 0;
        for (int k = 1; in > 2 && k < 10; k++) best = row[k] > row[best] ? k : best;
        classes[r] = in > 2 ? best : row[0] * row[1] > 0;
    }
    memset(parameters, 0, sizeof parameters), memset(first_moment, 0, sizeof first_moment);
    memset(second_moment, 0, sizeof second_moment), memset(d3, 0, sizeof d3), steps = 0;
    float *w = parameters;
    for (int layer = 0; layer < 3; layer++) {
        int K = sizes[layer], N = layer < 2 ? sizes[layer + 1] : job->out;
        for (int i = 0; i < K * N; i++) w[i] = N == 16 && i % 16 > 9 ? 0 : uniform() * sqrtf(6.0f / (float)K);
        w += K * N + N;
    }
}

static double now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec * 1e-3;
}

static int ascending(const void *a, const void *b) { return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b); }

// Microseconds of a call: the median over chunks of half a millisecond of processor time. A tenth of `seconds` warms up.
static double microseconds(void (*call)(int), double seconds) {
    static double chunks[1 << 20];
    const clockid_t wall = CLOCK_MONOTONIC, processor = CLOCK_PROCESS_CPUTIME_ID;
    double start = now(wall), warm_up = now(processor);
    int warm = 0, count = 0;
    while (now(wall) - start < seconds * 1e5 || warm < 3) call(warm++ % BATCHES);
    int calls = (int)(500 * warm / (now(processor) - warm_up)) + 1;
    while ((now(wall) - start < seconds * 1e6 || count < 5) && count < 1 << 20) {
        double chunk = now(processor);
        for (int i = 0; i < calls; i++) call(i % BATCHES);
        chunks[count++] = (now(processor) - chunk) / calls;
    }
    qsort(chunks, (size_t)count, sizeof *chunks, ascending);
    return chunks[count / 2];
}

int main(int argc, char **argv) {
    char line[100], *seconds;
    const int count = sizeof jobs / sizeof *jobs;
    for (int job = 0; argc > 1 && !strcmp(argv[1], "check") && job < 4; job++) {
        prepare(&jobs[job]);
        float first = 0, last = 0;
        for (int step = 0; step < 4000; step++) {
            jobs[job].call(step % BATCHES);
            if (step < BATCHES) first += mean_loss / BATCHES;
            if (step >= 4000 - BATCHES) last += mean_loss / BATCHES;
        }
        printf("%s: mean loss %.4f, then %.4f\n", jobs[job].name, first, last);
        if (!(last < 0.5f * first)) return 1;
    }
    while (argc == 1 && fgets(line, sizeof line, stdin) && (seconds = strrchr(line, ' '))) {
        *seconds++ = 0;
        int job = 0;
        while (job < count && strcmp(jobs[job].name, line)) job++;
        if (job == count) puts("-");
        else prepare(&jobs[job]), printf("%.5f\n", microseconds(jobs[job].call, atof(seconds)));
        fflush(stdout);
    }
    return 0;
}
