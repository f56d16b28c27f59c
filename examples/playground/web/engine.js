// The engine in wasm, as a class. This is the only file that knows of wasm memory.

/**
 * @typedef {'moons'|'circle'|'xor'|'gauss'|'spiral'|'plane'|'multi_gauss'|'own'} DataSet
 *   Two classes: moons, circle, xor, gauss, spiral. Regression: plane, multi_gauss. `own` is what `ownRows` read.
 * @typedef {'x1'|'x2'|'x1_squared'|'x2_squared'|'x1_x2'|'sin_x1'|'sin_x2'} Feature  `sin_x1` is sin(π·x₁).
 * @typedef {'identity'|'relu'|'leaky_relu'|'elu'|'sigmoid'|'tanh'|'silu'|'gelu'|'softplus'} ActivationName
 * @typedef {'binary_cross_entropy'|'mean_squared_error'|'huber'} LossName
 *   Classes take `binary_cross_entropy`. Regression takes `mean_squared_error` or `huber`.
 * @typedef {'sgd'|'momentum'|'nesterov'|'adam'|'adamw'|'amsgrad'|'rmsprop'|'adagrad'} OptimizerName
 * @typedef {'constant'|'step'|'exponential'|'cosine'|'plateau'} DecayName
 * @typedef {'default'|'he_normal'|'he_uniform'|'glorot_normal'|'glorot_uniform'|'lecun_normal'|'lecun_uniform'} InitName
 *   `default` is the one that suits the activation of each layer.
 */

/**
 * A hidden layer.
 * @typedef {object} LayerSettings
 * @property {number} units       1 to 8
 * @property {ActivationName} activation
 * @property {number} dropout     from 0 to 0.9; 0 is none
 */

/**
 * All settings of a run. `Engine.defaults()` gives a whole object. Fields that are left out take their default.
 * A field of an optimizer, schedule or loss that is not chosen has no effect.
 * @typedef {object} Settings
 * @property {DataSet} data
 * @property {number} rows            20 to 5000; without effect for `own`
 * @property {number} noise           0 to 1, the standard deviation; without effect for `own`
 * @property {number} train_share     0.1 to 0.9
 * @property {Feature[]} features     1 to 7, each at most once
 * @property {LayerSettings[]} layers 0 to 4 hidden layers
 * @property {LossName|'auto'} loss   `auto` is binary_cross_entropy for classes, mean_squared_error for regression
 * @property {number} huber_threshold
 * @property {number} l2              λ, at least 0
 * @property {'none'|'value'|'norm'} clip
 * @property {number} clip_limit
 * @property {OptimizerName} optimizer
 * @property {number} learning_rate
 * @property {number} momentum        of momentum and nesterov, 0 up to 1 (1 excluded)
 * @property {number} beta1           of adam, adamw and amsgrad
 * @property {number} beta2           of adam, adamw and amsgrad
 * @property {number} alpha           of rmsprop
 * @property {number} epsilon         of adam, adamw, amsgrad and rmsprop
 * @property {number} adagrad_epsilon of adagrad
 * @property {number} weight_decay    of adamw
 * @property {DecayName} decay        of the learning rate
 * @property {number} warm_up         steps, 0 is none
 * @property {number} decay_every     steps, of `step`
 * @property {number} decay_factor    of `step`, `exponential` and `plateau`, above 0 and at most 1
 * @property {number} decay_steps     of `cosine`
 * @property {number} decay_floor     of `cosine` and `plateau`, 0 to 1
 * @property {number} decay_patience  epochs, of `plateau`
 * @property {number} batch_size      1 to 5000
 * @property {number} seed            a whole number from 0 to 2³² − 1: data, split, weights, shuffles, dropout
 * @property {InitName} initialization
 * @property {number} weight_scale    0.01 to 10: the initial weights are multiplied by it
 */

/**
 * How far a run is. It costs nothing to ask for.
 * @typedef {object} Progress
 * @property {number} epoch           completed epochs
 * @property {number} step            steps taken
 * @property {number|null} epoch_loss mean training loss of the last epoch while it ran, `null` before the first
 */

/**
 * RAM in bytes that a trainer of this network takes on a 32-bit chip, with one row at a time.
 * @typedef {object} Ram
 * @property {number} network
 * @property {number} gradient
 * @property {number} tape            outputs and deltas of a row
 * @property {Record<OptimizerName, number>} optimizer  the state of each optimizer
 * @property {Record<OptimizerName, number>} total      all of the trainer with each optimizer
 * @property {number} inference       network and tape without training
 */

/**
 * @typedef {object} Status
 * @property {number} epoch
 * @property {number} step
 * @property {number|null} epoch_loss
 * @property {'classes'|'regression'} problem
 * @property {LossName} loss          what `auto` became
 * @property {number} train_loss      without dropout, without the penalty of L2
 * @property {number} test_loss
 * @property {number|null} train_accuracy  0 to 1; `null` for regression
 * @property {number|null} test_accuracy
 * @property {number} train_rows
 * @property {number} test_rows
 * @property {number} parameters
 * @property {number} learning_rate   of the next step
 * @property {string} hash            of the parameters, 8 hexadecimal digits
 * @property {boolean} edited         whether a weight was changed by hand or a file was loaded since the last
 *                                    reset; the program of `rust()` then does the same
 * @property {Ram} ram
 */

/**
 * @typedef {object} LayerValues
 * @property {number} inputs
 * @property {number} units
 * @property {ActivationName} activation
 * @property {number} dropout
 * @property {number[][]} weights     `weights[from][to]`
 * @property {number[]} biases
 */

/**
 * The network: the hidden layers, then the output layer with one unit and `identity`.
 * @typedef {object} NetworkValues
 * @property {Feature[]} features
 * @property {LayerValues[]} layers
 */

/**
 * Heat maps over the square of `domain`, row by row from the top (largest x₂), each row from the left.
 * The arrays are copies. `small` holds one map after the other: first each chosen feature (in the order of
 * the settings), then each hidden unit layer by layer, then the output. Hidden units have the output of
 * their activation. The output is a probability for classes, and the value for regression.
 * @typedef {object} Maps
 * @property {number} count           how many small maps there are
 * @property {Float32Array} small     count · n · n numbers
 * @property {Float32Array} output    m · m numbers
 */

/**
 * The square that is drawn, and what to write at its axes.
 * @typedef {object} Domain
 * @property {number} low             x₁ and x₂ at the left and lower edge
 * @property {number} high            at the right and upper edge
 * @property {string[]} names         of x₁, x₂ and the target; the header of an own table
 * @property {number[]} mean          x = mean + deviation · x₁ is the number in an own table; 0 and 1 otherwise
 * @property {number[]} deviation
 * @property {string[]} classes       names of class 0 and class 1; empty for regression
 * @property {number[]} targets       the least and the largest target
 */

/**
 * @typedef {object} Points
 * @property {number} count
 * @property {Float32Array} x1
 * @property {Float32Array} x2
 * @property {Float32Array} target    0 or 1 for classes, the value for regression
 * @property {Float32Array} output    probability or value that the network gives now
 * @property {Uint8Array} test        1 for a test row, 0 for a training row
 */

/**
 * What `ownRows` accepted.
 * @typedef {object} OwnRows
 * @property {number} rows
 * @property {boolean} header
 * @property {string[]} names         of the two features and the target
 * @property {number} ignored         columns between the second and the last one
 * @property {'classes'|'regression'} problem
 * @property {string[]} classes       the two class names in the order 0, 1; empty for regression
 */

/**
 * @typedef {object} ClassMetrics
 * @property {'classes'} problem
 * @property {number} rows
 * @property {number} true_positives  positive is class 1
 * @property {number} false_positives
 * @property {number} true_negatives
 * @property {number} false_negatives
 * @property {number} accuracy
 * @property {number} precision
 * @property {number} recall
 * @property {number} f1
 * @property {number|null} auc        `null` where one class is missing
 * @property {number[][]} roc         points [false positive rate, true positive rate] from (0, 0) to (1, 1)
 */

/**
 * @typedef {object} RegressionMetrics
 * @property {'regression'} problem
 * @property {number} rows
 * @property {number} mean_squared_error
 * @property {number} mean_absolute_error
 * @property {number|null} r2         `null` where it is not defined
 */

/**
 * The gradient of one layer over all training rows.
 * @typedef {object} LayerTrace
 * @property {number} layer           from 0; the last one is the output layer
 * @property {number} mean_gradient
 * @property {number} deviation
 * @property {number} largest_gradient
 * @property {number} update_ratio
 * @property {number} dead            share of units
 * @property {number} saturated       share
 * @property {'healthy'|'exploding'|'dead'|'saturated'|'vanishing'} verdict
 * @property {string} advice
 */

/**
 * One layer of one training step. Arrays over units have one number for each unit of the layer.
 * @typedef {object} StepLayer
 * @property {ActivationName} activation
 * @property {number[]} inputs        of the first row
 * @property {number[]} sums          z = x·W + b of the first row
 * @property {number[]} outputs       after activation and dropout, of the first row
 * @property {boolean[]} dropped      units dropped for the first row
 * @property {number[]} deltas        ∂loss/∂z of the first row
 * @property {number[][]} gradient    of each weight, mean over the batch, with L2: `gradient[from][to]`
 * @property {number[]} bias_gradient
 * @property {number[][]} weights_before
 * @property {number[][]} weights_after
 * @property {number[]} biases_before
 * @property {number[]} biases_after
 */

/**
 * One step of a small batch, taken on a copy of the run, in its six parts: 1 forward pass, 2 loss,
 * 3 backward pass, 4 gradient with L2, 5 update, 6 the loss of the same rows afterwards.
 * @typedef {object} SixSteps
 * @property {number} step            the number of the step
 * @property {number[][]} inputs      features of each row of the batch
 * @property {number[]} targets
 * @property {number[]} logits        the output before the link
 * @property {number[]} predictions   probability or value
 * @property {number[]} losses        of each row
 * @property {number} loss            their mean
 * @property {number} penalty         what L2 adds
 * @property {number} gradient_norm   before clipping
 * @property {number} learning_rate
 * @property {number} loss_after      with the same dropped units, without the penalty
 * @property {StepLayer[]} layers
 */

/** A wrong setting, table or file, or a step that could not be taken. The engine is as it was before the call. */
export class EngineError extends Error {
    /**
     * @param {string} field   the setting, such as `layers[1].units`; empty where none is to blame
     * @param {string} reason  a sentence
     */
    constructor(field, reason) {
        super(field ? `${field}: ${reason}` : reason);
        this.name = 'EngineError';
        this.field = field;
        this.reason = reason;
    }
}

/**
 * @typedef {object} Exports
 * @property {WebAssembly.Memory} memory
 * @property {(bytes: number) => number} request   room for a request; its address
 * @property {(bytes: number) => number} answer    answers the request of so many bytes; the size of the answer
 * @property {() => number} answer_at              the address of the answer
 * @property {(bytes: number) => number} payload   room for a table or a file; its address
 * @property {() => number} payload_at             the address of the payload
 * @property {(run: number, small: number, large: number) => number} maps  how many numbers
 * @property {(run: number) => number} points      how many numbers
 * @property {() => number} numbers_at             the address of the numbers
 */

/**
 * @param {ArrayBuffer} bytes  gzip
 * @returns {Promise<ArrayBuffer>}
 */
function decompressed(bytes) {
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}

/** Up to 8 runs, numbered from 0. Every method throws `EngineError`, and then leaves everything as it was. */
export class Engine {
    /** How many runs there are at most. */
    static RUNS = 8;

    /** @param {Exports} exports */
    constructor(exports) {
        /** @private */
        this.wasm = exports;
        /** @private */
        this.encoder = new TextEncoder();
        /** @private */
        this.decoder = new TextDecoder();
    }

    /**
     * Fetches the engine.
     * @param {string|URL} [url]
     * @returns {Promise<Engine>}
     */
    static async load(url = new URL('engine.wasm.gz', import.meta.url)) {
        const response = await fetch(url);
        if (!response.ok) {
            throw new EngineError('', `the engine cannot be loaded: ${response.status} ${response.statusText}`);
        }
        return Engine.fromBytes(await response.arrayBuffer());
    }

    /**
     * @param {ArrayBuffer} bytes  wasm, or wasm in gzip; a server may have decompressed it on the way
     * @returns {Promise<Engine>}
     */
    static async fromBytes(bytes) {
        const [first, second] = new Uint8Array(bytes);
        const compressed = first === 0x1f && second === 0x8b;
        const { instance } = await WebAssembly.instantiate(compressed ? await decompressed(bytes) : bytes, {});
        return new Engine(/** @type {Exports} */ (/** @type {unknown} */ (instance.exports)));
    }

    /** @returns {Settings} */
    defaults() {
        return this.call({ call: 'defaults' });
    }

    /**
     * Makes a run with these settings, or makes it anew: data, split, weights.
     * @param {number} run
     * @param {Partial<Settings>} settings
     * @returns {Status}
     */
    configure(run, settings) {
        return this.call({ call: 'configure', run, settings });
    }

    /**
     * The settings of a run, all fields.
     * @param {number} run
     * @returns {Settings}
     */
    settings(run) {
        return this.call({ call: 'settings', run });
    }

    /**
     * Ends a run. Nothing happens where there is none.
     * @param {number} run
     */
    remove(run) {
        this.call({ call: 'remove', run });
    }

    /**
     * Back to the initial weights of the seed.
     * @param {number} run
     * @returns {Status}
     */
    reset(run) {
        return this.call({ call: 'reset', run });
    }

    /**
     * Takes training steps, through as many epochs as that needs. Cheap: nothing is evaluated.
     * Where a step cannot be taken (a loss that overflows), the steps before it remain, and every further call
     * throws the same until `reset` or `configure`.
     * @param {number} run
     * @param {number} [steps]
     * @returns {Progress}
     */
    step(run, steps = 1) {
        return this.call({ call: 'step', run, steps });
    }

    /**
     * Takes the steps up to the end of the current epoch.
     * @param {number} run
     * @returns {Progress}
     */
    epoch(run) {
        return this.call({ call: 'epoch', run });
    }

    /**
     * Evaluates both parts of the data.
     * @param {number} run
     * @returns {Status}
     */
    status(run) {
        return this.call({ call: 'status', run });
    }

    /**
     * @param {number} run
     * @returns {NetworkValues}
     */
    network(run) {
        return this.call({ call: 'network', run });
    }

    /**
     * @param {number} run
     * @param {number} layer  from 0; the last is the output layer
     * @param {number} from   the input of the layer
     * @param {number} to     the unit
     * @param {number} value  a finite number
     */
    setWeight(run, layer, from, to, value) {
        this.call({ call: 'set_weight', run, layer, from, to, value });
    }

    /**
     * @param {number} run
     * @param {number} layer
     * @param {number} unit
     * @param {number} value
     */
    setBias(run, layer, unit, value) {
        this.call({ call: 'set_bias', run, layer, unit, value });
    }

    /**
     * For each hidden layer and unit: whether it was dropped for the last row of the last step.
     * @param {number} run
     * @returns {boolean[][]}
     */
    dropped(run) {
        return this.call({ call: 'dropped', run });
    }

    /**
     * Heat maps: `small` × `small` numbers for each feature, hidden unit and the output, and `large` × `large`
     * for the output once more. Either size may be 0, up to 200.
     * @param {number} run
     * @param {number} small
     * @param {number} large
     * @returns {Maps}
     */
    maps(run, small, large) {
        const size = this.wasm.maps(run, small, large);
        const numbers = this.numbers(size);
        const rest = size - large * large;
        if (size === 0 && small + large > 0) {
            throw new EngineError('run', `there is no run ${run}`);
        }
        const count = small > 0 ? rest / (small * small) : 0;
        return { count, small: numbers.subarray(0, rest), output: numbers.subarray(rest) };
    }

    /**
     * @param {number} run
     * @returns {Domain}
     */
    domain(run) {
        return this.call({ call: 'domain', run });
    }

    /**
     * The rows: training rows first, then test rows.
     * @param {number} run
     * @returns {Points}
     */
    points(run) {
        const size = this.wasm.points(run);
        if (size === 0) {
            throw new EngineError('run', `there is no run ${run}`);
        }
        const numbers = this.numbers(size);
        const count = size / 5;
        /** @param {number} index */
        const column = (index) => numbers.subarray(index * count, (index + 1) * count);
        return {
            count, x1: column(0), x2: column(1), target: column(2), output: column(3), test: Uint8Array.from(column(4)),
        };
    }

    /**
     * Reads an own table for the data set `own`: comma-separated text, the first two columns are the features,
     * the last is the target. Columns between them are left out. A first line without numbers is the header.
     * A target with two different values is a class, with more of them (all numbers) it is a regression.
     * 10 to 5000 rows. Features are scaled to mean 0 and deviation 1, and so is the target of a regression.
     * An error names line and column, and the table read before stays. Runs keep their data until
     * `configure`.
     * @param {string} text
     * @returns {OwnRows}
     */
    ownRows(text) {
        this.put(this.encoder.encode(text));
        return this.call({ call: 'own_rows' });
    }

    /**
     * @param {number} run
     * @param {'train'|'test'} part
     * @returns {ClassMetrics|RegressionMetrics}
     */
    metrics(run, part) {
        return this.call({ call: 'metrics', run, part });
    }

    /**
     * The gradient over all training rows, layer by layer. The run stays as it is.
     * @param {number} run
     * @returns {LayerTrace[]}
     */
    trace(run) {
        return this.call({ call: 'trace', run });
    }

    /**
     * The next step, of a batch of the first `rows` rows, in its six parts. The run stays as it is.
     * @param {number} run
     * @param {number} [rows]  1 to 32
     * @returns {SixSteps}
     */
    sixSteps(run, rows = 4) {
        return this.call({ call: 'six_steps', run, rows });
    }

    /**
     * A checkpoint in the format of the crate: `storage::load_file` reads it into the trainer that `rust()`
     * writes.
     * @param {number} run
     * @returns {Uint8Array}
     */
    save(run) {
        const { bytes } = this.call({ call: 'save', run });
        return new Uint8Array(this.wasm.memory.buffer, this.wasm.payload_at(), bytes).slice();
    }

    /**
     * Reads a checkpoint, or a model without the state of training. It has to fit the settings of the run.
     * @param {number} run
     * @param {Uint8Array} bytes
     * @returns {Status}
     */
    loadFile(run, bytes) {
        this.put(bytes);
        return this.call({ call: 'load', run });
    }

    /**
     * A whole `main.rs` that trains this network as far as it is now, and prints the hash. The lines of
     * Cargo.toml stand in a comment at its top.
     * @param {number} run
     * @returns {string}
     */
    rust(run) {
        return this.call({ call: 'rust', run });
    }

    /**
     * Sends a request and gives what is answered.
     * @private
     * @param {object} request
     * @returns {any}
     */
    call(request) {
        const bytes = this.encoder.encode(JSON.stringify(request));
        const place = this.wasm.request(bytes.length);
        new Uint8Array(this.wasm.memory.buffer, place, bytes.length).set(bytes);
        const size = this.wasm.answer(bytes.length);
        const text = this.decoder.decode(new Uint8Array(this.wasm.memory.buffer, this.wasm.answer_at(), size));
        const answer = JSON.parse(text);
        if (answer.error) {
            throw new EngineError(answer.error.field, answer.error.reason);
        }
        return answer.ok;
    }

    /**
     * @private
     * @param {Uint8Array} bytes
     */
    put(bytes) {
        const place = this.wasm.payload(bytes.length);
        new Uint8Array(this.wasm.memory.buffer, place, bytes.length).set(bytes);
    }

    /**
     * A copy of the numbers.
     * @private
     * @param {number} count
     * @returns {Float32Array}
     */
    numbers(count) {
        return new Float32Array(this.wasm.memory.buffer, this.wasm.numbers_at(), count).slice();
    }
}
