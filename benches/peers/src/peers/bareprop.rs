//! bareprop, with `TILE` rows at a time; a single row passes alone.

use std::hint::black_box;

use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

use crate::data::{BATCHES, Data};
use crate::job::{self, Call, Job, Net};
use crate::peers::bareprop_stacks as stacks;

type Moons = (Dense<2, 64, Relu>, Dropout<64>, Dense<64, 32, Relu>, Dropout<32>, Dense<32, 1>);
type Digits = (Dense<64, 128, Relu>, Dense<128, 64, Relu>, Dense<64, 10>);
type Images = (Dense<784, 128, Relu>, Dense<128, 64, Relu>, Dense<64, 10>);

pub fn make<const TILE: usize>(job: Job) -> Option<Call> {
    match job {
        Job::Train { net: Net::Moons, rows } => {
            let data = Data::new(Net::Moons, rows);
            let targets = (0..BATCHES).map(|batch| data.floats(batch).as_chunks().0.to_vec()).collect();
            let (loss, l2) = (BinaryCrossEntropy::default(), job::L2);
            Some(train::<Moons, _, 2, TILE>((loss, l2), &data, targets, |network| {
                network.1.rate = job::DROPOUT;
                network.3.rate = job::DROPOUT;
            }))
        }
        Job::Train { net: Net::Digits, rows } => Some(softmax::<Digits, 64, TILE>(Net::Digits, rows)),
        Job::Train { net: Net::Images, rows } => Some(softmax::<Images, 784, TILE>(Net::Images, rows)),
        Job::Infer { net: Net::Moons, rows } => Some(infer::<Moons, 2, TILE>(Net::Moons, rows)),
        Job::Infer { net: Net::Digits, rows } => Some(infer::<Digits, 64, TILE>(Net::Digits, rows)),
        Job::Infer { net: Net::Images, rows } => Some(infer::<Images, 784, TILE>(Net::Images, rows)),
        Job::Learn { stack, rows } => Some(stacks::learn::<TILE>(stack, rows)),
        Job::Pass { stack, rows } => Some(stacks::pass::<TILE>(stack, rows)),
        Job::Peak { .. } => None,
    }
}

fn softmax<N, const IN: usize, const TILE: usize>(net: Net, rows: usize) -> Call
where
    N: Layer<Scalar = f32, Input = [f32; IN], Output = [f32; 10]> + 'static,
{
    let data = Data::new(net, rows);
    let targets = data.classes.clone();
    train::<N, _, IN, TILE>((SoftmaxCrossEntropy::default(), 0.0), &data, targets, |_| ())
}

/// A call is one step: `accumulate` and `update`. What lives as long as the process is leaked.
fn train<N, L, const IN: usize, const TILE: usize>(
    (loss, l2): (L, f32),
    data: &Data,
    targets: Vec<Vec<L::Target>>,
    prepare: impl Fn(&mut N),
) -> Call
where
    N: Layer<Scalar = f32, Input = [f32; IN]> + 'static,
    L: Loss<N::Output> + 'static,
{
    let mut trainer = Box::new(Trainer::<N, Adam, TILE>::ZERO);
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    prepare(&mut trainer.network);
    let adam = Adam { learning_rate: job::LEARNING_RATE, ..Adam::default() };
    let settings = Settings { l2, ..Settings::new(loss, adam) };
    let samples: Vec<Samples<'static, [f32; IN], L::Target>> = (data.inputs.iter().zip(targets))
        .map(|(inputs, targets)| Samples::new(inputs.as_chunks().0.to_vec().leak(), targets.leak()).expect("good rows"))
        .collect();
    let mut batches = (0..BATCHES).cycle();
    Box::new(move || {
        let samples = &samples[batches.next().expect("no end")];
        trainer.accumulate(&settings, samples).expect("finite losses");
        black_box(trainer.update(&settings).expect("a finite step"));
    })
}

/// At the start of a cache line: a row of weights that straddles two takes longer to load.
#[repr(align(64))]
struct AtLine<N>(N);

fn infer<N, const IN: usize, const TILE: usize>(net: Net, rows: usize) -> Call
where
    N: Layer<Scalar = f32, Input = [f32; IN]> + 'static,
{
    match rows {
        1 => infer_tile::<N, IN, 1>(net, rows),
        _ => infer_tile::<N, IN, TILE>(net, rows),
    }
}

fn infer_tile<N, const IN: usize, const TILE: usize>(net: Net, rows: usize) -> Call
where
    N: Layer<Scalar = f32, Input = [f32; IN]> + 'static,
{
    let mut network = Box::new(AtLine(N::ZERO));
    network.0.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    let mut predictor = Box::new(Predictor::<N, TILE>::ZERO);
    let data = Data::new(net, rows);
    let mut outputs: Vec<N::Output> = (0..rows).map(|_| Zero::ZERO).collect();
    let mut batches = (0..BATCHES).cycle();
    Box::new(move || {
        let inputs = data.inputs[batches.next().expect("no end")].as_chunks().0;
        predictor.logits(&network.0, inputs, &mut outputs).expect("good rows");
        black_box(&mut outputs);
    })
}
