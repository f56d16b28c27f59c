//! The three products of a layer without activation for 32 rows, and the steps of the optimizers.

use std::hint::black_box;

use bareprop::*;
use criterion::Criterion;

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
            let pass =
                BackwardPass { inputs: &x, tape: &(), outputs: &y, noise: None, zero_input_blocks_gradient: false };
            layer.backward::<32>(pass, black_box(&mut delta), &mut (), Some(&mut dx));
        });
    });
    let mut gradient = Boxed::<Dense<R, C>>::zero();
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
