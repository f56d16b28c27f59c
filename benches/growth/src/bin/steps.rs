//! `steps NETWORK COUNT`: that many steps of Adam with a batch of 32, for counting instructions.

use bareprop::*;
use growth::{fill, moons};
use rand_core::{Rng, SeedableRng};
use rand_xorshift::XorShiftRng;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let network = arguments.next().expect("moons, digits or images");
    let count = arguments.next().and_then(|count| count.parse().ok()).expect("a number of steps");
    match &*network {
        "moons" => two_signs(count),
        "digits" => softmax::<(Dense<64, 128, Relu>, Dense<128, 64, Relu>, Dense<64, 10>), 64>(count),
        "images" => softmax::<(Dense<784, 128, Relu>, Dense<128, 64, Relu>, Dense<64, 10>), 784>(count),
        _ => panic!("moons, digits or images, not {network}"),
    }
}

/// 2-64-32-1 with dropout and L2.
fn two_signs(count: u32) {
    let (mut inputs, mut targets) = ([[0.0; 2]; 32], [[0.0]; 32]);
    fill(&mut XorShiftRng::seed_from_u64(1), &mut inputs, &mut targets);
    let settings = Settings { l2: 0.001, ..Settings::new(BinaryCrossEntropy::default(), Adam::default()) };
    take(count, &mut moons(), &settings, &Samples::new(&inputs, &targets).expect("good rows"));
}

fn softmax<N, const IN: usize>(count: u32)
where
    N: Layer<Scalar = f32, Input = [f32; IN], Output = [f32; 10]>,
{
    let mut rng = XorShiftRng::seed_from_u64(1);
    let inputs: Vec<[f32; IN]> =
        (0..32).map(|_| [0; IN].map(|_| (rng.next_u32() >> 8) as f32 / (1 << 24) as f32)).collect();
    let targets: Vec<usize> = (0..32).map(|row| row % 10).collect();
    let mut trainer = Box::new(Trainer::<N, Adam, 32>::ZERO);
    trainer.network.initialize(None, &mut rng);
    let settings = Settings::new(SoftmaxCrossEntropy::default(), Adam::default());
    take(count, &mut trainer, &settings, &Samples::new(&inputs, &targets).expect("good rows"));
}

fn take<N, L, const TILE: usize>(
    count: u32,
    trainer: &mut Trainer<N, Adam, TILE>,
    settings: &Settings<L, Adam>,
    samples: &Samples<'_, N::Input, L::Target>,
) where
    N: Layer<Scalar = f32>,
    L: Loss<N::Output>,
{
    for _ in 0..count {
        trainer.accumulate(settings, samples).expect("finite losses");
        trainer.update(settings).expect("a finite step");
    }
    println!("{:08x}", trainer.network.bits());
}
