//! Metrics of 10,000 rows.

use std::hint::black_box;

use bareprop::metrics::{self, Confusion, ConfusionMatrix, Ranking};
use criterion::Criterion;

use crate::uniform;

const ROWS: usize = 10_000;

pub fn bench(criterion: &mut Criterion) {
    let scores: Vec<f32> = uniform(ROWS).iter().map(|score| 0.5 * score + 0.5).collect();
    let labels: Vec<bool> = uniform(ROWS + 1)[..ROWS].iter().zip(&scores).map(|(u, s)| u + s > 0.5).collect();
    let classes: Vec<usize> = scores.iter().map(|score| (score * 9.99) as usize).collect();
    let mut scratch = vec![0; ROWS];
    let mut group = criterion.benchmark_group("metrics");
    group.bench_function("roc auc", |bencher| {
        bencher.iter(|| Ranking::new(black_box(&scores), &labels, &mut scratch).map(|ranking| ranking.roc_auc()));
    });
    group.bench_function("average precision", |bencher| {
        bencher.iter(|| Ranking::new(black_box(&scores), &labels, &mut scratch).map(|r| r.average_precision()));
    });
    group.bench_function("confusion, f1", |bencher| {
        bencher.iter(|| Confusion::from_scores(black_box(&scores), &labels, 0.5).map(|confusion| confusion.f1()));
    });
    group.bench_function("confusion of 10 classes, cohen's kappa", |bencher| {
        bencher.iter(|| {
            let mut confusion = ConfusionMatrix::<10>::default();
            confusion.add_all(black_box(&classes), &classes).map(|()| confusion.cohen_kappa())
        });
    });
    group.bench_function("log loss", |bencher| bencher.iter(|| metrics::log_loss(black_box(&scores), &labels)));
    group.bench_function("r2", |bencher| bencher.iter(|| metrics::r2(black_box(&scores), &scores)));
    group.finish();
}
