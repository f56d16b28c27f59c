//! The memory table of `docs/memory.md`, and what it promises: without the feature `std`, as on a chip. With it the parts start at cache lines.
//!
//!     cargo test --manifest-path tests/no_std/Cargo.toml --test memory

use bareprop::*;

type Moons = (Dense<2, 64, Relu>, Dropout<64>, Dense<64, 32, Relu>, Dropout<32>, Dense<32, 1>);
type Small = (Dense<2, 16, Relu>, Dense<16, 8, Relu>, Dense<8, 1>);
type Digits = (Dense<64, 128, Relu>, Dense<128, 64, Relu>, Dense<64, 10>);

type MotionsConvolution = (
    Conv1d<20, 18, 6, 12, 3, 1, Relu>,
    MaxPool1d<18, 9, 12, 2, 2>,
    Conv1d<9, 7, 12, 16, 3, 1, Relu>,
    GlobalAveragePool<[[f32; 16]; 7]>,
    Dense<16, 4>,
);
type MotionsGru = (Gru<20, 6, 16>, Dense<16, 4>);
type DigitsConvolution = (
    Conv2d<8, 6, 8, 6, 1, 16, 3, 3, 1, Relu>,
    Conv2d<6, 4, 6, 4, 16, 32, 3, 3, 1, Relu>,
    MaxPool2d<4, 2, 4, 2, 32, 2, 2>,
    Flatten<[[[f32; 32]; 2]; 2], 128>,
    Dropout<128>,
    Dense<128, 10>,
);

/// A row of the table: parameters, then bytes of network, gradient, optimizer, tape, and of it all.
fn row<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize>(name: &str) -> String {
    let bytes = [
        Trainer::<N, O, TILE>::PARAMETERS,
        Trainer::<N, O, TILE>::NETWORK_BYTES,
        Trainer::<N, O, TILE>::GRADIENT_BYTES,
        Trainer::<N, O, TILE>::OPTIMIZER_BYTES,
        Trainer::<N, O, TILE>::TAPE_BYTES,
        Trainer::<N, O, TILE>::BYTES,
    ];
    assert!(bytes[5] >= bytes[1..5].iter().sum(), "the parts are more than the whole");
    // Besides: how far the epoch has come (24), the sums of the batch, the plateau, counters.
    assert!(bytes[5] <= bytes[1..5].iter().sum::<usize>() + 80, "{name}: {bytes:?}");
    let cells: Vec<String> = bytes.iter().map(|bytes| format!("{bytes:>7}")).collect();
    format!("| {name:<24} | {} |", cells.join(" | "))
}

/// On a desktop, where `usize` has 8 bytes.
#[test]
#[cfg(target_pointer_width = "64")]
fn table() {
    let page = include_str!("../../docs/memory.md");
    for row in [
        row::<Moons, Sgd, 1>("2-64-32-1, Sgd, 1"),
        row::<Moons, Adam, 1>("2-64-32-1, Adam, 1"),
        row::<Moons, Adam, 32>("2-64-32-1, Adam, 32"),
        row::<Small, Sgd, 1>("2-16-8-1, Sgd, 1"),
        row::<Small, Adam, 1>("2-16-8-1, Adam, 1"),
        row::<Digits, Adam, 32>("64-128-64-10, Adam, 32"),
        row::<MotionsConvolution, Adam, 1>("motions, Conv1d, Adam, 1"),
        row::<MotionsGru, Adam, 1>("motions, Gru, Adam, 1"),
        row::<DigitsConvolution, Adam, 1>("digits, Conv2d, Adam, 1"),
    ] {
        assert!(page.contains(&row), "the memory table lacks this row:\n{row}");
    }
}

/// What these tests hold is the build without the feature `std`.
#[test]
#[cfg(target_arch = "x86_64")]
fn std_is_off() {
    assert_eq!(align_of::<Trainer<Moons, Adam, 1>>(), align_of::<usize>(), "with the feature `std` it is a cache line");
}

#[test]
fn small_job_fits_4_kb() {
    const { assert!(Trainer::<Small, Adam, 1>::BYTES <= 4096) };
}

#[test]
fn statics() {
    use std::sync::Mutex;
    static TRAINER: Mutex<Trainer<Moons, Adam>> = Mutex::new(Trainer::ZERO);
    static NETWORK: Moons = Moons::ZERO;
    assert_eq!(TRAINER.lock().unwrap().network.bits(), NETWORK.bits());
}
