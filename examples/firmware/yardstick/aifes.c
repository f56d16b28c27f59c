/* The job of net.c with AIfES (Fraunhofer IMS), by its public functions and its implementation for f32
 * without a chip's own library. -DH1=64 -DH2=32, and one of -DSGD, -DADAM, -DINFER. The sizes of its
 * memory are computed here and compared with what AIfES asks for; where they differ nothing is counted. */
#include <stdint.h>

#include "count.h"

#include "aifes.h"

#define SAMPLES 512
#define BATCH 32

#define PARAMETERS (2 * H1 + H1 + H1 * H2 + H2 + H2 + 1)
#define RESULTS (2 + 2 * H1 + 2 * H2 + 2)
#define TENSORS 6
#ifdef ADAM
#define MOMENTS 2
#else
#define MOMENTS 0
#endif
#define TRAINING \
    (4 * (RESULTS + (1 + MOMENTS) * PARAMETERS + H1 * H2) + (1 + MOMENTS) * TENSORS * (unsigned)sizeof(aitensor_t))
/* Two buffers of the widest layer. */
#define INFERENCE (4 * 2 * H1)

static uint32_t state[4] = {1, 2, 3, 4};

/* Marsaglia's xorshift. */
static uint32_t next(void) {
    uint32_t t = state[0] ^ (state[0] << 11);
    state[0] = state[1], state[1] = state[2], state[2] = state[3];
    return state[3] ^= (state[3] >> 19) ^ t ^ (t >> 8);
}

/* A number between -1 and 1. */
static float uniform(void) { return (float)(next() >> 8) * (2.0f / 16777216.0f) - 1.0f; }

/* From it AIfES draws its weights. The one of newlib takes a heap and printf with it. */
int rand(void) { return (int)(next() >> 1); }

#ifdef INFER
static const float parameters[PARAMETERS] = {
#include "weights.h"
};
#define W1 parameters
#define B1 (W1 + 2 * H1)
#define W2 (B1 + H1)
#define B2 (W2 + H1 * H2)
#define W3 (B2 + H2)
#define B3 (W3 + H2)
#define DENSE(neurons, weights, bias) AILAYER_DENSE_F32_M(neurons, weights, bias)
#else
#define DENSE(neurons, weights, bias) AILAYER_DENSE_F32_A(neurons)
#endif

static uint16_t shape[] = {1, 2}, target_shape[] = {1, 1};
static ailayer_input_f32_t input = AILAYER_INPUT_F32_A(2, shape);
static ailayer_dense_f32_t dense1 = DENSE(H1, W1, B1), dense2 = DENSE(H2, W2, B2), dense3 = DENSE(1, W3, B3);
static ailayer_relu_f32_t relu1, relu2;
static ailayer_sigmoid_f32_t sigmoid;
static aimodel_t model;

static void build(void) {
    model.input_layer = ailayer_input_f32_default(&input);
    ailayer_t *x = ailayer_dense_f32_default(&dense1, model.input_layer);
    x = ailayer_relu_f32_default(&relu1, x);
    x = ailayer_dense_f32_default(&dense2, x);
    x = ailayer_relu_f32_default(&relu2, x);
    x = ailayer_dense_f32_default(&dense3, x);
    model.output_layer = ailayer_sigmoid_f32_default(&sigmoid, x);
}

#ifdef INFER
static uint32_t memory[INFERENCE / 4];

static int prepare(void) {
    build();
    aialgo_compile_model(&model);
    if (aialgo_sizeof_inference_memory(&model) != sizeof memory) return 0;
    aialgo_schedule_inference_memory(&model, memory, sizeof memory);
    return 1;
}
#else
static uint32_t parameters[PARAMETERS], memory[TRAINING / 4];
static ailoss_crossentropy_f32_t loss;
#ifdef ADAM
static aiopti_adam_f32_t settings = AIOPTI_ADAM_F32(0.01f, 0.9f, 0.999f, 1e-8f);
#else
static aiopti_sgd_f32_t settings = AIOPTI_SGD_F32(0.05f);
#endif
static aiopti_t *optimizer;

static int prepare(void) {
    build();
    model.loss = ailoss_crossentropy_f32_default(&loss, model.output_layer);
    aialgo_compile_model(&model);
    if (aialgo_sizeof_parameter_memory(&model) != sizeof parameters) return 0;
    aialgo_distribute_parameter_memory(&model, parameters, sizeof parameters);
    aialgo_initialize_parameters_model(&model);
#ifdef ADAM
    optimizer = aiopti_adam_f32_default(&settings);
#else
    optimizer = aiopti_sgd_f32_default(&settings);
#endif
    if (aialgo_sizeof_training_memory(&model, optimizer) != sizeof memory) return 0;
    aialgo_schedule_training_memory(&model, optimizer, memory, sizeof memory);
    aialgo_init_model_for_training(&model, optimizer);
    return 1;
}
#endif

/* What is counted: a row as it comes, as in net.c. */
static void work(int sample, aitensor_t *x, aitensor_t *y) {
#ifdef INFER
    (void)sample, (void)y;
    aialgo_forward_model(&model, x);
#else
    int batch = 1;
#ifdef ADAM
    batch = BATCH;
#endif
    if (sample % batch == 0) aialgo_zero_gradients_model(&model, optimizer);
    aialgo_forward_model(&model, x);
    aialgo_backward_model(&model, y);
    if (sample % batch == batch - 1) aialgo_update_params_model(&model, optimizer);
#endif
}

/* Trains or infers; the second half is counted. Returns the right answers of the second half. */
float job(void) {
    float x[2], target, right = 0;
    if (!prepare()) return -1;
    aitensor_t inputs = {aif32, 2, shape, 0, x}, targets = {aif32, 2, target_shape, 0, &target};
    for (int sample = 0; sample < SAMPLES; sample++) {
        x[0] = uniform(), x[1] = uniform(), target = x[0] * x[1] > 0;
        if (sample >= SAMPLES / 2) count_start();
        work(sample, &inputs, &targets);
        if (sample >= SAMPLES / 2) count_stop();
        float p = *(float *)model.output_layer->result.data;
        if (sample >= SAMPLES / 2) right += (p > 0.5f) == (target > 0.5f);
    }
    return right;
}
