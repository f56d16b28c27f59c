//! Steps of training, forward and backward and Adam.

use bareprop::*;
use criterion::Criterion;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

use crate::{Digits, Images, Moons, rows};

/// Layers whose rows are longer than what the caches take at a time.
type Broad = (Dense<784, 512, Relu>, Dense<512, 256, Relu>, Dense<256, 10>);
type Broadest = (Dense<3072, 1024, Relu>, Dense<1024, 10>);

pub fn bench(criterion: &mut Criterion) {
    let inputs = rows::<2>(32);
    let xor = inputs.iter().map(|&[a, b]| [f32::from(u8::from(a * b > 0.0))]).collect();
    let binary = (BinaryCrossEntropy::default(), 0.001);
    let drop = |network: &mut Moons| {
        network.1.rate = 0.1;
        network.3.rate = 0.1;
    };
    step::<Moons, _, 2, 32>(criterion, "2-64-32-1, dropout, L2, batch 32", binary, (&inputs, xor), drop);
    softmax::<Digits, 64, 32>(criterion, "64-128-64-10, batch 32", 32);
    softmax::<Images, 784, 32>(criterion, "784-128-64-10, batch 32", 32);
    softmax::<Images, 784, 32>(criterion, "784-128-64-10, batch 128", 128);
    softmax::<Broad, 784, 32>(criterion, "784-512-256-10, batch 64", 64);
    softmax::<Broadest, 3072, 64>(criterion, "3072-1024-10, batch 64", 64);
    softmax::<Digits, 64, 1>(criterion, "64-128-64-10, batch 32, TILE 1", 32);
}

fn softmax<N, const IN: usize, const TILE: usize>(criterion: &mut Criterion, name: &str, batch: usize)
where
    N: Layer<Scalar = f32, Input = [f32; IN], Output = [f32; 10]>,
{
    let inputs = rows::<IN>(batch);
    let targets = (0..batch).map(|row| row % 10).collect();
    let loss = (SoftmaxCrossEntropy::default(), 0.0);
    step::<N, _, IN, TILE>(criterion, name, loss, (&inputs, targets), |_| ());
}

fn step<N, L, const IN: usize, const TILE: usize>(
    criterion: &mut Criterion,
    name: &str,
    (loss, l2): (L, f32),
    (inputs, targets): (&[[f32; IN]], Vec<L::Target>),
    prepare: impl Fn(&mut N),
) where
    N: Layer<Scalar = f32, Input = [f32; IN]>,
    L: Loss<N::Output>,
{
    let mut trainer = Boxed::<Trainer<N, Adam, TILE>>::zero();
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    prepare(&mut trainer.network);
    let settings = Settings { l2, ..Settings::new(loss, Adam::default()) };
    let samples = Samples::new(inputs, &targets).expect("good rows");
    criterion.bench_function(&format!("training/{name}"), |bencher| {
        bencher.iter(|| {
            trainer.accumulate(&settings, &samples).expect("finite losses");
            trainer.update(&settings).expect("a finite step")
        });
    });
}
