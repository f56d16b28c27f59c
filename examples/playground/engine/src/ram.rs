//! What a trainer of the crate takes in memory, computed from the sizes: `Trainer::<Net, Optimizer, 1>::BYTES`.

use serde::Serialize;

use crate::names::OptimizerName;
use crate::settings::Settings;
use playground_network::chosen::Memory;
use playground_network::flexible::Flexible;

/// Bytes of each part.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Ram {
    pub network: usize,
    pub gradient: usize,
    pub tape: usize,
    pub optimizer: PerOptimizer,
    pub total: PerOptimizer,
    pub inference: usize,
}

/// A number for each optimizer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct PerOptimizer {
    pub sgd: usize,
    pub momentum: usize,
    pub nesterov: usize,
    pub adam: usize,
    pub adamw: usize,
    pub amsgrad: usize,
    pub rmsprop: usize,
    pub adagrad: usize,
}

impl PerOptimizer {
    fn new(settings: &Settings, bytes: impl Fn(Memory) -> usize) -> Self {
        let of = |name| bytes(settings.optimizer(name).memory());
        PerOptimizer {
            sgd: of(OptimizerName::Sgd),
            momentum: of(OptimizerName::Momentum),
            nesterov: of(OptimizerName::Nesterov),
            adam: of(OptimizerName::Adam),
            adamw: of(OptimizerName::AdamW),
            amsgrad: of(OptimizerName::AmsGrad),
            rmsprop: of(OptimizerName::RmsProp),
            adagrad: of(OptimizerName::AdaGrad),
        }
    }
}

/// The memory where a `usize` has `word` bytes: 4 on a 32-bit chip.
pub fn ram(layers: &[Flexible], settings: &Settings, word: usize) -> Ram {
    let network = network(layers);
    let (tape, forward) = tape(layers);
    let inputs = layers.first().map_or(0, |layer| 4 * layer.form.inputs);
    // With the inputs of a row and its index.
    let tape = tape + inputs + word;
    let state = |memory| match memory {
        Memory::None => 0,
        Memory::Velocity | Memory::Squares => network,
        Memory::Moments => 2 * network + 8,
        Memory::ThreeMoments => 3 * network + 8,
    };
    let total = |memory| trainer(tape - word, network, state(memory), word);
    Ram {
        network,
        gradient: network,
        tape,
        optimizer: PerOptimizer::new(settings, state),
        total: PerOptimizer::new(settings, total),
        inference: network + forward,
    }
}

/// Parameters and rates of dropout.
fn network(layers: &[Flexible]) -> usize {
    let parameters = layers.iter().map(|layer| layer.weights().len() + layer.bias().len()).sum::<usize>();
    let rates = layers.iter().filter(|layer| layer.form.dropout.is_some()).count();
    4 * (parameters + rates)
}

/// Outputs and deltas of a row; and what of it a forward pass alone needs.
fn tape(layers: &[Flexible]) -> (usize, usize) {
    let (mut inner, mut sums) = (0, 0);
    for (index, Flexible { form, .. }) in layers.iter().enumerate() {
        let parts = usize::from(index + 1 < layers.len()) + usize::from(form.dropout.is_some());
        inner += 4 * form.units * parts;
        sums += if form.activation.keeps_sums() { 4 * form.units } else { 0 };
    }
    (2 * (inner + 4) + sums, inner + sums)
}

/// The fields of a trainer, each at a multiple of its alignment.
const fn trainer(before: usize, network: usize, state: usize, word: usize) -> usize {
    let indices = up(before, word) + word;
    // How far the epoch is: 24 bytes. Three counters, the plateau: 12 + 16.
    let counters = up(indices, 8) + 24 + 12 + 16;
    // The batch: a gradient, its number of rows, three sums.
    let batch = up(counters + state + network, word) + up(network, word) + word + 12;
    up(up(batch, word), 8)
}

const fn up(bytes: usize, to: usize) -> usize {
    bytes.div_ceil(to) * to
}

/// Tests compare the sizes on a desktop. As wasm, with the words of a 32-bit chip, this does: 2-4-1 with Adam.
#[cfg(target_pointer_width = "32")]
const _: () = {
    use bareprop::{Adam, AmsGrad, Dense, Dropout, Gelu, Sgd, Tanh, Trainer};
    assert!(Trainer::<(Dense<2, 4, Tanh>, Dense<4, 1>), Adam, 1>::BYTES == trainer(48, 68, 144, 4));
    assert!(Trainer::<Dense<2, 1>, Sgd, 1>::BYTES == trainer(16, 12, 0, 4));
    type Dropped = (Dense<3, 2, Gelu>, Dropout<2>, Dense<2, 1>);
    assert!(Trainer::<Dropped, AmsGrad, 1>::BYTES == trainer(60, 48, 152, 4));
};
