//! The job of the counting programs, small enough to be written in C too (`yardstick/`).

use bareprop::{BinaryCrossEntropy, Dense, Init, Layer, Relu, Settings};
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

/// 2-64-32-1: 2305 parameters.
pub type Large = (Dense<2, 64, Relu>, Dense<64, 32, Relu>, Dense<32, 1>);
/// 2-16-8-1: 193 parameters.
pub type Small = (Dense<2, 16, Relu>, Dense<16, 8, Relu>, Dense<8, 1>);

/// How many samples are met before counting starts, so that the network has learned which units to leave at 0.
pub const WARM_UP: u32 = 256;
/// How many samples are counted.
pub const COUNTED: u32 = 256;
/// Rows of a batch.
pub const BATCH: u32 = 32;

/// A sensor that measures two numbers, each uniform between −1 and 1; the target is whether their product is positive.
pub struct Sensor(XorShiftRng);

impl Sensor {
    /// A sensor with a seed of its own.
    pub fn new() -> Self {
        Sensor(XorShiftRng::seed_from_u64(1))
    }

    /// The next measurement.
    pub fn read(&mut self) -> ([f32; 2], [f32; 1]) {
        let x = [(); 2].map(|()| <f32 as bareprop::Scalar>::uniform(&mut self.0) * 2.0 - 1.0);
        (x, [if x[0] * x[1] > 0.0 { 1.0 } else { 0.0 }])
    }

    /// Fills a window with measurements, each number uniform between −1 and 1.
    pub fn fill<const C: usize>(&mut self, window: &mut [[f32; C]]) {
        for x in window.as_flattened_mut() {
            *x = <f32 as bareprop::Scalar>::uniform(&mut self.0) * 2.0 - 1.0;
        }
    }

    /// Draws the network's first weights.
    pub fn initialize(&mut self, network: &mut impl Layer) {
        network.initialize(Some(Init::HeUniform), &mut self.0);
    }
}

impl Default for Sensor {
    fn default() -> Self {
        Self::new()
    }
}

/// How the counting programs train.
pub const fn settings<O>(optimizer: O) -> Settings<BinaryCrossEntropy, O> {
    Settings::new(BinaryCrossEntropy { positive_weight: 1.0, label_smoothing: 0.0 }, optimizer)
}

/// A layer whose weights are as good as random: for counting inference.
pub const fn scattered<const IN: usize, const OUT: usize, A>() -> Dense<IN, OUT, A> {
    let (mut weights, mut bias, mut state) = ([[0.0; OUT]; IN], [0.0; OUT], 1_u32);
    let mut j = 0;
    while j < OUT {
        let mut i = 0;
        while i < IN {
            state = state.wrapping_mul(0x9e37_79b9).wrapping_add(0x85eb_ca6b);
            weights[i][j] = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
            i += 1;
        }
        bias[j] = 0.125;
        j += 1;
    }
    Dense::new(bareprop::Matrix(weights), bias)
}

/// The weights of a convolution, as good as random.
pub const fn scattered_window<const K: usize, const C: usize, const OUT: usize>() -> [[[f32; OUT]; C]; K] {
    let (mut weights, mut state, mut k) = ([[[0.0; OUT]; C]; K], 1_u32, 0);
    while k < K * C * OUT {
        state = state.wrapping_mul(0x9e37_79b9).wrapping_add(0x85eb_ca6b);
        weights[k / (C * OUT)][k / OUT % C][k % OUT] = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
        k += 1;
    }
    weights
}
