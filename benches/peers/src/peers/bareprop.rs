//! bareprop, with `TILE` rows at a time; a single row passes alone. In `f32`, and in `f64` as a peer of its own.

use std::hint::black_box;

use bareprop::*;

use crate::data::Data;
use crate::job::{self, Call, Job, Net};
use crate::peers::bareprop_stacks as stacks;

type Moons<T> =
    (Dense<2, 64, Relu, T>, Dropout<64, T>, Dense<64, 32, Relu, T>, Dropout<32, T>, Dense<32, 1, Identity, T>);
type Digits<T> = (Dense<64, 128, Relu, T>, Dense<128, 64, Relu, T>, Dense<64, 10, Identity, T>);
type Images<T> = (Dense<784, 128, Relu, T>, Dense<128, 64, Relu, T>, Dense<64, 10, Identity, T>);
type Large<T> = (Dense<784, 512, Relu, T>, Dense<512, 256, Relu, T>, Dense<256, 10, Identity, T>);
type Wide<T> = (Dense<3072, 1024, Relu, T>, Dense<1024, 10, Identity, T>);

/// With the `TILE` that `docs/memory.md` advises.
pub fn make(job: Job) -> Option<Call> {
    match job {
        Job::Train { net: Net::Large | Net::Wide, .. } => make_tile::<64>(job),
        Job::Infer { rows: 1000.., .. } => make_tile::<512>(job),
        _ => make_tile::<32>(job),
    }
}

pub fn make_tile<const TILE: usize>(job: Job) -> Option<Call> {
    match job {
        Job::Learn { stack, rows } => Some(stacks::learn::<TILE>(stack, rows)),
        Job::Pass { stack, rows } => Some(stacks::pass::<TILE>(stack, rows)),
        _ => make_of::<f32, TILE>(job),
    }
}

/// The dense networks, whose numbers are `T`.
pub fn make_of<T: Scalar + From<f32>, const TILE: usize>(job: Job) -> Option<Call> {
    match job {
        Job::Train { net: Net::Moons, rows } => Some(moons::<T, TILE>(rows)),
        Job::Train { net: Net::Digits, rows } => Some(softmax::<Digits<T>, T, 64, TILE>(Net::Digits, rows)),
        Job::Train { net: Net::Images, rows } => Some(softmax::<Images<T>, T, 784, TILE>(Net::Images, rows)),
        Job::Train { net: Net::Large, rows } => Some(softmax::<Large<T>, T, 784, TILE>(Net::Large, rows)),
        Job::Train { net: Net::Wide, rows } => Some(softmax::<Wide<T>, T, 3072, TILE>(Net::Wide, rows)),
        Job::Infer { net: Net::Moons, rows } => Some(infer::<Moons<T>, T, 2, TILE>(Net::Moons, rows)),
        Job::Infer { net: Net::Images, rows } => Some(infer::<Images<T>, T, 784, TILE>(Net::Images, rows)),
        _ => None,
    }
}

fn moons<T: Scalar + From<f32>, const TILE: usize>(rows: usize) -> Call {
    let data = Data::new(Net::Moons, rows);
    let targets = data.all().map(|batch| rows_of(&data.floats(batch))).collect();
    let loss = BinaryCrossEntropy::<T>::new();
    train::<Moons<T>, T, _, 2, TILE>((loss, job::L2.into()), &data, targets, |network| {
        network.1.rate = job::DROPOUT.into();
        network.3.rate = job::DROPOUT.into();
    })
}

fn softmax<N, T, const IN: usize, const TILE: usize>(net: Net, rows: usize) -> Call
where
    N: Layer<Scalar = T, Input = [T; IN], Output = [T; 10]> + 'static,
    T: Scalar + From<f32>,
{
    let data = Data::new(net, rows);
    let targets = data.classes.clone();
    train::<N, T, _, IN, TILE>((SoftmaxCrossEntropy::new(), T::ZERO), &data, targets, |_| ())
}

/// Numbers as rows.
fn rows_of<T: Scalar + From<f32>, const WIDTH: usize>(numbers: &[f32]) -> Vec<[T; WIDTH]> {
    numbers.as_chunks::<WIDTH>().0.iter().map(|row| row.map(T::from)).collect()
}

/// A call is one step: `accumulate` and `update`. What lives as long as the process is leaked.
fn train<N, T, L, const IN: usize, const TILE: usize>(
    (loss, l2): (L, T),
    data: &Data,
    targets: Vec<Vec<L::Target>>,
    prepare: impl Fn(&mut N),
) -> Call
where
    N: Layer<Scalar = T, Input = [T; IN]> + 'static,
    T: Scalar + From<f32>,
    L: Loss<N::Output> + 'static,
{
    let mut trainer = Boxed::<Trainer<N, Adam<T>, TILE>>::zero();
    trainer.network.initialize_seeded(1);
    prepare(&mut trainer.network);
    let settings = Settings { l2, ..Settings::new(loss, Adam::new(job::LEARNING_RATE.into())) };
    let samples: Vec<Samples<'static, [T; IN], L::Target>> = (data.inputs.iter().zip(targets))
        .map(|(inputs, targets)| Samples::new(rows_of(inputs).leak(), targets.leak()).expect("good rows"))
        .collect();
    let mut batches = data.all().cycle();
    Box::new(move || {
        let samples = &samples[batches.next().expect("no end")];
        trainer.accumulate(&settings, samples).expect("finite losses");
        black_box(trainer.update(&settings).expect("a finite step"));
    })
}

/// At the start of a cache line: a row of weights that straddles two takes longer to load.
#[repr(align(64))]
struct AtLine<N>(N);

impl<N: Zero> Zero for AtLine<N> {
    const ZERO: Self = AtLine(N::ZERO);
}

fn infer<N, T, const IN: usize, const TILE: usize>(net: Net, rows: usize) -> Call
where
    N: Layer<Scalar = T, Input = [T; IN]> + 'static,
    T: Scalar + From<f32>,
{
    match rows {
        1 => infer_tile::<N, T, IN, 1>(net, rows),
        _ => infer_tile::<N, T, IN, TILE>(net, rows),
    }
}

fn infer_tile<N, T, const IN: usize, const TILE: usize>(net: Net, rows: usize) -> Call
where
    N: Layer<Scalar = T, Input = [T; IN]> + 'static,
    T: Scalar + From<f32>,
{
    let mut network = Boxed::<AtLine<N>>::zero();
    network.0.initialize_seeded(1);
    let mut predictor = Boxed::<Predictor<N, TILE>>::zero();
    let data = Data::new(net, rows);
    let inputs: Vec<Vec<[T; IN]>> = data.inputs.iter().map(|batch| rows_of(batch)).collect();
    let mut outputs: Vec<N::Output> = (0..rows).map(|_| Zero::ZERO).collect();
    let mut batches = data.all().cycle();
    Box::new(move || {
        predictor.logits(&network.0, &inputs[batches.next().expect("no end")], &mut outputs).expect("good rows");
        black_box(&mut outputs);
    })
}
