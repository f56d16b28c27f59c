//! Times of everything that takes time, with criterion.
//!
//!     cargo bench                     # about three minutes
//!     cargo bench -- training         # or kernels, convolutions, optimizers, inference, metrics
//!
//! How bareprop compares with others is what `benches/peers/run` prints.

mod inference;
mod kernels;
mod metrics;
mod training;

use std::time::Duration;

use bareprop::*;
use criterion::Criterion;
use rand_core::{Rng, SeedableRng};
use rand_xorshift::XorShiftRng;

type Moons = (Dense<2, 64, Relu>, Dropout<64>, Dense<64, 32, Relu>, Dropout<32>, Dense<32, 1>);
type Digits = (Dense<64, 128, Relu>, Dense<128, 64, Relu>, Dense<64, 10>);
type Images = (Dense<784, 128, Relu>, Dense<128, 64, Relu>, Dense<64, 10>);

fn main() {
    let (warm_up, measurement) = (Duration::from_millis(300), Duration::from_secs(2));
    let criterion = Criterion::default().warm_up_time(warm_up).measurement_time(measurement).sample_size(50);
    let mut criterion = criterion.configure_from_args();
    training::bench(&mut criterion);
    kernels::bench(&mut criterion);
    kernels::bench_convolutions(&mut criterion);
    kernels::bench_optimizers(&mut criterion);
    inference::bench(&mut criterion);
    metrics::bench(&mut criterion);
    criterion.final_summary();
}

/// Uniform numbers between −1 and 1.
fn uniform(count: usize) -> Vec<f32> {
    let mut rng = XorShiftRng::seed_from_u64(count as u64);
    (0..count).map(|_| (rng.next_u32() >> 8) as f32 / (1 << 23) as f32 - 1.0).collect()
}

/// Rows of uniform numbers.
fn rows<const N: usize>(count: usize) -> Vec<[f32; N]> {
    uniform(count * N).as_chunks().0.to_vec()
}

/// A network with the weights that suit it.
fn network<N: Layer>() -> Boxed<N> {
    let mut network = Boxed::<N>::zero();
    network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    network
}
