// What can be set: names, ranges, choices. The address, the controls and their texts follow this list.

/** @typedef {import('./state.js').State} State */

/**
 * @typedef {object} Field
 * @property {keyof State} name
 * @property {string} label
 * @property {'number'|'whole'|'choice'|'slider'} kind
 * @property {'data'|'learning'|'more'|'view'} group
 * @property {number} [low]
 * @property {number} [high]
 * @property {number[]} [usual]           values that arrow keys step through
 * @property {[string, string][]} [choices]
 * @property {string} [hint]
 * @property {(state: State) => boolean} [shown]  whether the field has an effect
 */

/** @type {[string, string][]} */
export const DATA_SETS = [
    ['moons', 'moons'], ['circle', 'circle'], ['xor', 'xor'], ['gauss', 'gauss'], ['spiral', 'spiral'],
    ['plane', 'plane'], ['multi_gauss', 'hills'], ['own', 'own CSV'],
];

/** @type {[string, string][]} */
export const FEATURES = [
    ['x1', 'x₁'], ['x2', 'x₂'], ['x1_squared', 'x₁²'], ['x2_squared', 'x₂²'], ['x1_x2', 'x₁x₂'],
    ['sin_x1', 'sin πx₁'], ['sin_x2', 'sin πx₂'],
];

/** @type {[string, string][]} */
export const ACTIVATIONS = [
    ['tanh', 'tanh'], ['relu', 'ReLU'], ['leaky_relu', 'leaky ReLU'], ['sigmoid', 'sigmoid'], ['elu', 'ELU'],
    ['silu', 'SiLU'], ['gelu', 'GELU'], ['softplus', 'softplus'], ['identity', 'identity'],
];

/** @type {[string, string][]} */
export const OPTIMIZERS = [
    ['sgd', 'SGD'], ['momentum', 'momentum'], ['nesterov', 'Nesterov'], ['adam', 'Adam'], ['adamw', 'AdamW'],
    ['amsgrad', 'AMSGrad'], ['rmsprop', 'RMSprop'], ['adagrad', 'AdaGrad'],
];

/** @type {[string, string][]} */
export const DECAYS = [
    ['constant', 'constant'], ['step', 'steps'], ['exponential', 'exponential'], ['cosine', 'cosine'],
    ['plateau', 'on a plateau'],
];

const RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const LAMBDAS = [0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const DOUBLES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];
const HUNDREDS = [0, 10, 50, 100, 200, 500, 1000, 2000, 5000, 10000];
const NEARLY_ONE = [0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999];
const BELOW_ONE = 0.9999999;
const LARGEST = 1e30;
const COUNTS = 4294967295;

/** @param {State} state */
const adam = (state) => ['adam', 'adamw', 'amsgrad'].includes(state.optimizer);
/** @param {State} state */
const madeUp = (state) => state.data !== 'own';

/** @type {Field[]} */
export const FIELDS = [
    { name: 'data', label: 'Which points?', kind: 'choice', group: 'view', choices: DATA_SETS },
    { name: 'noise', label: 'Noise', kind: 'slider', group: 'data', low: 0, high: 1, shown: madeUp },
    { name: 'train_share', label: 'Share for training', kind: 'slider', group: 'data', low: 0.1, high: 0.9 },
    { name: 'rows', label: 'Number of points', kind: 'whole', group: 'data', low: 20, high: 5000, usual: [20, 50, 100, 200, 300, 400, 500, 1000, 2000, 5000], shown: madeUp },
    { name: 'seed', label: 'Seed', kind: 'whole', group: 'data', low: 0, high: COUNTS, hint: 'The same seed gives the same points, weights and result.' },
    { name: 'optimizer', label: 'Optimizer', kind: 'choice', group: 'learning', choices: OPTIMIZERS },
    { name: 'learning_rate', label: 'Learning rate', kind: 'number', group: 'learning', low: 0, high: 2e9, usual: RATES },
    { name: 'batch_size', label: 'Batch size', kind: 'whole', group: 'learning', low: 1, high: 5000, usual: DOUBLES },
    { name: 'l2', label: 'L2 (λ)', kind: 'number', group: 'learning', low: 0, high: 1e15, usual: LAMBDAS },
    { name: 'decay', label: 'Schedule', kind: 'choice', group: 'learning', choices: DECAYS },
    { name: 'momentum', label: 'Momentum', kind: 'number', group: 'more', low: 0, high: BELOW_ONE, usual: NEARLY_ONE, shown: (s) => s.optimizer === 'momentum' || s.optimizer === 'nesterov' },
    { name: 'beta1', label: 'β₁ (mean)', kind: 'number', group: 'more', low: 0, high: BELOW_ONE, usual: NEARLY_ONE, shown: adam },
    { name: 'beta2', label: 'β₂ (variance)', kind: 'number', group: 'more', low: 0, high: BELOW_ONE, usual: NEARLY_ONE, shown: adam },
    { name: 'alpha', label: 'α (mean of squares)', kind: 'number', group: 'more', low: 0, high: BELOW_ONE, usual: NEARLY_ONE, shown: (s) => s.optimizer === 'rmsprop' },
    { name: 'epsilon', label: 'ε', kind: 'number', group: 'more', low: 1e-12, high: 1, usual: [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3], shown: (s) => adam(s) || s.optimizer === 'rmsprop' },
    { name: 'adagrad_epsilon', label: 'ε', kind: 'number', group: 'more', low: 1e-12, high: 1, usual: [1e-10, 1e-8, 1e-6, 1e-4, 1e-2], shown: (s) => s.optimizer === 'adagrad' },
    { name: 'weight_decay', label: 'Weight decay', kind: 'number', group: 'more', low: 0, high: 1e6, usual: LAMBDAS, shown: (s) => s.optimizer === 'adamw' },
    { name: 'warm_up', label: 'Warm-up steps', kind: 'whole', group: 'more', low: 0, high: COUNTS, usual: HUNDREDS },
    { name: 'decay_every', label: 'Falls every … steps', kind: 'whole', group: 'more', low: 1, high: COUNTS, usual: HUNDREDS, shown: (s) => s.decay === 'step' },
    { name: 'decay_factor', label: 'Factor of each fall', kind: 'number', group: 'more', low: 1e-6, high: 1, usual: [0.1, 0.2, 0.5, 0.9, 0.99, 0.999, 0.9999, 1], shown: (s) => ['step', 'exponential', 'plateau'].includes(s.decay) },
    { name: 'decay_steps', label: 'Steps to the end', kind: 'whole', group: 'more', low: 1, high: COUNTS, usual: HUNDREDS, shown: (s) => s.decay === 'cosine' },
    { name: 'decay_floor', label: 'Lowest share of the rate', kind: 'number', group: 'more', low: 0, high: 1, usual: [0, 0.001, 0.01, 0.1, 0.5, 1], shown: (s) => s.decay === 'cosine' || s.decay === 'plateau' },
    { name: 'decay_patience', label: 'Epochs to wait', kind: 'whole', group: 'more', low: 0, high: COUNTS, usual: [0, 1, 2, 5, 10, 20, 50], shown: (s) => s.decay === 'plateau' },
    { name: 'clip', label: 'Clip the gradient', kind: 'choice', group: 'more', choices: [['none', 'no'], ['value', 'each number'], ['norm', 'the norm']] },
    { name: 'clip_limit', label: 'Limit', kind: 'number', group: 'more', low: 1e-6, high: LARGEST, usual: [0.01, 0.1, 0.5, 1, 5, 10], shown: (s) => s.clip !== 'none' },
    { name: 'loss', label: 'Loss', kind: 'choice', group: 'more', choices: [['auto', 'automatic'], ['binary_cross_entropy', 'binary cross-entropy'], ['mean_squared_error', 'mean squared error'], ['huber', 'Huber']], hint: 'Automatic: cross-entropy for classes, squared error for numbers.' },
    { name: 'huber_threshold', label: 'Huber’s threshold', kind: 'number', group: 'more', low: 1e-6, high: LARGEST, usual: [0.1, 0.5, 1, 2], shown: (s) => s.loss === 'huber' },
    { name: 'initialization', label: 'Initial weights', kind: 'choice', group: 'more', choices: [['default', 'automatic'], ['he_normal', 'He, normal'], ['he_uniform', 'He, uniform'], ['glorot_normal', 'Glorot, normal'], ['glorot_uniform', 'Glorot, uniform'], ['lecun_normal', 'LeCun, normal'], ['lecun_uniform', 'LeCun, uniform']], hint: 'Automatic: what suits each activation.' },
    { name: 'weight_scale', label: 'Initial weights times', kind: 'number', group: 'more', low: 0.01, high: 10, usual: [0.01, 0.03, 0.1, 0.3, 1, 3, 10] },
    { name: 'speed', label: 'Speed', kind: 'choice', group: 'view', choices: [['slow', 'slow'], ['step', 'a step a frame'], ['epoch', 'an epoch a frame'], ['fast', 'as fast as it goes']] },
];

/**
 * Whether a value fits the field; if not, what would.
 * @param {Field} field
 * @param {unknown} value
 * @returns {string} empty if it fits
 */
export function unfit(field, value) {
    if (field.kind === 'choice') {
        const names = (field.choices ?? []).map(([name]) => name);
        return names.includes(String(value)) ? '' : `one of ${names.join(', ')}`;
    }
    const { low = -LARGEST, high = LARGEST } = field;
    const whole = field.kind === 'whole';
    const fits = typeof value === 'number' && value >= low && value <= high && (!whole || Number.isInteger(value));
    return fits ? '' : `a ${whole ? 'whole ' : ''}number from ${low} to ${high}`;
}
