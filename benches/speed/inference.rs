//! Logits of one row, and of 32.

use bareprop::*;
use criterion::Criterion;

use crate::{Images, Moons, network, rows};

pub fn bench(criterion: &mut Criterion) {
    logits::<Moons, 2, 1>(criterion, "2-64-32-1, 1 row");
    logits::<Moons, 2, 32>(criterion, "2-64-32-1, 32 rows");
    logits::<Images, 784, 1>(criterion, "784-128-64-10, 1 row");
    logits::<Images, 784, 32>(criterion, "784-128-64-10, 32 rows");
}

fn logits<N, const IN: usize, const ROWS: usize>(criterion: &mut Criterion, name: &str)
where
    N: Layer<Scalar = f32, Input = [f32; IN]>,
{
    let (network, inputs) = (network::<N>(), rows::<IN>(ROWS));
    let mut predictor = Boxed::<Predictor<N, ROWS>>::zero();
    let mut outputs = <[N::Output; ROWS]>::ZERO;
    criterion.bench_function(&format!("inference/{name}"), |bencher| {
        bencher.iter(|| predictor.logits(&network, std::hint::black_box(&inputs), &mut outputs));
    });
}
