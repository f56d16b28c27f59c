//! bareprop with layers for sequences and pictures.

use std::hint::black_box;

use bareprop::*;

use crate::data::Data;
use crate::job::{self, Call, Stack};

type Conv = (Conv1d<128, 124, 6, 16, 5, 1, Relu>, GlobalAveragePool<[[f32; 16]; 124]>, Dense<16, 10>);
type Motions = (
    Conv1d<20, 18, 6, 12, 3, 1, Relu>,
    MaxPool1d<18, 9, 12, 2, 2>,
    Conv1d<9, 7, 12, 16, 3, 1, Relu>,
    GlobalAveragePool<[[f32; 16]; 7]>,
    Dense<16, 4>,
);
type Recurrent = (Gru<20, 6, 16>, Dense<16, 4>);
type Pictures = (
    Conv2d<8, 6, 8, 6, 1, 16, 3, 3, 1, Relu>,
    Conv2d<6, 4, 6, 4, 16, 32, 3, 3, 1, Relu>,
    MaxPool2d<4, 2, 4, 2, 32, 2, 2>,
    Flatten<[[[f32; 32]; 2]; 2], 128>,
    Dropout<128>,
    Dense<128, 10>,
);

pub fn learn<const TILE: usize>(stack: Stack, rows: usize) -> Call {
    match stack {
        Stack::Conv => train::<Conv, 10, TILE>(stack, rows, |_| ()),
        Stack::Motions => train::<Motions, 4, TILE>(stack, rows, |_| ()),
        Stack::Gru => train::<Recurrent, 4, TILE>(stack, rows, |_| ()),
        Stack::Pictures => train::<Pictures, 10, TILE>(stack, rows, |network| network.4.rate = 0.3),
    }
}

pub fn pass<const TILE: usize>(stack: Stack, rows: usize) -> Call {
    match stack {
        Stack::Conv => infer::<Conv, TILE>(stack, rows),
        Stack::Motions => infer::<Motions, TILE>(stack, rows),
        Stack::Gru => infer::<Recurrent, TILE>(stack, rows),
        Stack::Pictures => infer::<Pictures, TILE>(stack, rows),
    }
}

/// Numbers as rows.
fn rows_of<R: Row<Scalar = f32>>(numbers: &[f32]) -> Vec<R> {
    let mut rows = vec![R::ZERO; numbers.len() / R::WIDTH];
    R::flat_mut(&mut rows).copy_from_slice(numbers);
    rows
}

fn train<N, const CLASSES: usize, const TILE: usize>(stack: Stack, rows: usize, prepare: fn(&mut N)) -> Call
where
    N: Layer<Scalar = f32, Output = [f32; CLASSES]> + 'static,
{
    let data = Data::of_stack(stack, rows);
    let mut trainer = Box::new(Trainer::<N, Adam, TILE>::ZERO);
    trainer.network.initialize_seeded(1);
    prepare(&mut trainer.network);
    let settings = Settings::new(SoftmaxCrossEntropy::<CLASSES>::default(), Adam::new(job::LEARNING_RATE));
    let samples: Vec<Samples<'static, N::Input, usize>> = (data.inputs.iter().zip(data.classes.clone()))
        .map(|(inputs, classes)| Samples::new(rows_of(inputs).leak(), classes.leak()).expect("good rows"))
        .collect();
    let mut batches = data.all().cycle();
    Box::new(move || {
        let samples = &samples[batches.next().expect("no end")];
        trainer.accumulate(&settings, samples).expect("finite losses");
        black_box(trainer.update(&settings).expect("a finite step"));
    })
}

fn infer<N: Layer<Scalar = f32> + 'static, const TILE: usize>(stack: Stack, rows: usize) -> Call {
    let mut network = Box::new(N::ZERO);
    network.initialize_seeded(1);
    let mut predictor = Box::new(Predictor::<N, TILE>::ZERO);
    let data = Data::of_stack(stack, rows);
    let inputs: Vec<Vec<N::Input>> = data.inputs.iter().map(|batch| rows_of(batch)).collect();
    let mut outputs = vec![N::Output::ZERO; rows];
    let mut batches = data.all().cycle();
    Box::new(move || {
        predictor.logits(&network, &inputs[batches.next().expect("no end")], &mut outputs).expect("good rows");
        black_box(&mut outputs);
    })
}
