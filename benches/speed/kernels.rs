//! The three products of a layer without activation for 32 rows, and the steps of the optimizers. For the
//! convolutions criterion also prints multiply-adds per second.

use std::hint::black_box;

use bareprop::*;
use criterion::{Criterion, Throughput};

use crate::{Images, network, rows, uniform};

pub fn bench(criterion: &mut Criterion) {
    products::<2, 64>(criterion);
    products::<64, 32>(criterion);
    products::<32, 1>(criterion);
    products::<128, 64>(criterion);
    products::<64, 10>(criterion);
    products::<784, 128>(criterion);
}

fn products<const R: usize, const C: usize>(criterion: &mut Criterion) {
    let mut layer = Boxed::<Dense<R, C>>::zero();
    layer.weights.0.as_flattened_mut().copy_from_slice(&uniform(R * C));
    layer.bias.fill(0.1);
    let (x, mut y) = (rows::<R>(32), rows::<C>(32));
    let (mut delta, mut dx) = (y.clone(), x.clone());
    let mut group = criterion.benchmark_group(format!("kernels/{R}x{C}"));
    group.bench_function("forward", |bencher| {
        bencher.iter(|| layer.forward::<32>(black_box(&x), &mut (), &mut y, None));
    });
    group.bench_function("backward", |bencher| {
        bencher.iter(|| {
            let pass = BackwardPass::new(&x, &(), &y, None);
            layer.backward::<32>(pass, black_box(&mut delta), &mut (), Some(&mut dx));
        });
    });
    let mut gradient = Boxed::<Dense<R, C>>::zero();
    group.bench_function("add_gradient", |bencher| {
        bencher.iter(|| gradient.add_gradient::<32>(1.0, black_box(&x), &(), black_box(&delta), &()));
    });
    group.finish();
}

pub fn bench_convolutions(criterion: &mut Criterion) {
    convolution::<Conv1d<128, 124, 6, 16, 5, 1>>(criterion, "128x6, kernel 5, 16 out", 124 * 5 * 6 * 16);
    convolution::<Conv1d<62, 29, 16, 32, 5, 2>>(criterion, "62x16, kernel 5, 32 out, stride 2", 29 * 5 * 16 * 32);
    convolution::<Conv2d<28, 26, 28, 26, 1, 8, 3, 3, 1>>(criterion, "28x28x1, kernel 3x3, 8 out", 26 * 26 * 9 * 8);
    convolution::<Conv2d<13, 11, 13, 11, 8, 16, 3, 3, 1>>(criterion, "13x13x8, kernel 3x3, 16 out", 11 * 11 * 72 * 16);
}

/// A convolution that takes so many multiply-adds forward.
fn convolution<N>(criterion: &mut Criterion, name: &str, multiply_adds: u64)
where
    N: Layer<Scalar = f32, Tape<32> = (), Deltas<32> = ()>,
{
    let layer = network::<N>();
    let (mut x, mut y) = (vec![N::Input::ZERO; 32], vec![N::Output::ZERO; 32]);
    N::Input::flat_mut(&mut x).copy_from_slice(&uniform(32 * N::Input::WIDTH));
    N::Output::flat_mut(&mut y).copy_from_slice(&uniform(32 * N::Output::WIDTH));
    let (mut delta, mut dx) = (y.clone(), x.clone());
    let mut group = criterion.benchmark_group(format!("convolutions/{name}"));
    group.throughput(Throughput::Elements(32 * multiply_adds));
    group.bench_function("forward", |bencher| {
        bencher.iter(|| layer.forward::<32>(black_box(&x), &mut (), &mut y, None));
    });
    group.bench_function("backward", |bencher| {
        bencher.iter(|| {
            let pass = BackwardPass::new(&x, &(), &y, None);
            layer.backward::<32>(pass, black_box(&mut delta), &mut (), Some(&mut dx));
        });
    });
    let mut gradient = Boxed::<N>::zero();
    group.bench_function("add_gradient", |bencher| {
        bencher.iter(|| gradient.add_gradient::<32>(1.0, black_box(&x), &(), black_box(&delta), &()));
    });
    group.finish();
}

pub fn bench_optimizers(criterion: &mut Criterion) {
    optimizer(criterion, "sgd", Sgd::default());
    optimizer(criterion, "momentum", Momentum::default());
    optimizer(criterion, "adam", Adam::default());
    optimizer(criterion, "adamw", AdamW::default());
    optimizer(criterion, "amsgrad", AmsGrad::default());
    optimizer(criterion, "rmsprop", RmsProp::default());
    optimizer(criterion, "adagrad", AdaGrad::default());
}

/// One step of the 109,386 parameters of 784-128-64-10.
fn optimizer<O: Optimizer<f32>>(criterion: &mut Criterion, name: &str, optimizer: O) {
    let (mut network, gradient) = (network::<Images>(), network::<Images>());
    let mut state = Box::new(O::State::<Images>::ZERO);
    criterion.bench_function(&format!("optimizers/{name}"), |bencher| {
        bencher.iter(|| optimizer.step(&mut state, 1e-9, &mut network, black_box(&gradient), 0..Images::TENSORS));
    });
}
