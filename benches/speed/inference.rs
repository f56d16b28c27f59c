//! Logits of one row, of 32, and of 10,000 with several values of `TILE`.

use bareprop::*;
use criterion::Criterion;

use crate::{Images, Moons, network, rows};

pub fn bench(criterion: &mut Criterion) {
    logits::<Moons, 2, 1>(criterion, "2-64-32-1, 1 row");
    logits::<Moons, 2, 32>(criterion, "2-64-32-1, 32 rows");
    logits::<Images, 784, 1>(criterion, "784-128-64-10, 1 row");
    logits::<Images, 784, 32>(criterion, "784-128-64-10, 32 rows");
    many::<1>(criterion);
    many::<4>(criterion);
    many::<8>(criterion);
    many::<32>(criterion);
    many::<256>(criterion);
}

/// 10,000 rows of 784-128-64-10.
fn many<const TILE: usize>(criterion: &mut Criterion) {
    let (network, inputs) = (network::<Images>(), rows::<784>(10_000));
    let mut predictor = Boxed::<Predictor<Images, TILE>>::zero();
    let mut outputs = vec![[0.0; 10]; inputs.len()];
    criterion.bench_function(&format!("inference/784-128-64-10, 10,000 rows, TILE {TILE}"), |bencher| {
        bencher.iter(|| predictor.logits(&network, std::hint::black_box(&inputs), &mut outputs));
    });
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
