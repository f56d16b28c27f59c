//! candle with layers for sequences and pictures. Its rows are channel-major.

use std::hint::black_box;

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::rnn::{GRU, GRUConfig, RNN, gru};
use candle_nn::{AdamW, Conv1d, Conv2d, Dropout, Linear, Module, Optimizer, ParamsAdamW, VarBuilder, VarMap};
use candle_nn::{conv1d, conv2d, linear, loss};

use crate::data::Data;
use crate::job::{self, Call, Stack};

struct Network {
    body: Body,
    last: Linear,
}

enum Body {
    Conv(Conv1d),
    Motions(Conv1d, Conv1d),
    Gru(GRU),
    Pictures(Conv2d, Conv2d, Dropout),
}

impl Network {
    fn new(stack: Stack, variables: &VarMap) -> Result<Self> {
        let builder = VarBuilder::from_varmap(variables, DType::F32, &Device::Cpu);
        let sequence = |from, to, kernel, name: &str| conv1d(from, to, kernel, Default::default(), builder.pp(name));
        let picture = |from, to, name: &str| conv2d(from, to, 3, Default::default(), builder.pp(name));
        let (body, width) = match stack {
            Stack::Conv => (Body::Conv(sequence(6, 16, 5, "first")?), 16),
            Stack::Motions => (Body::Motions(sequence(6, 12, 3, "first")?, sequence(12, 16, 3, "second")?), 16),
            Stack::Gru => (Body::Gru(gru(6, 16, GRUConfig::default(), builder.pp("first"))?), 16),
            Stack::Pictures => {
                (Body::Pictures(picture(1, 16, "first")?, picture(16, 32, "second")?, Dropout::new(0.3)), 128)
            }
        };
        Ok(Network { body, last: linear(width, stack.sizes().1, builder.pp("last"))? })
    }

    fn forward(&self, inputs: &Tensor, train: bool) -> Result<Tensor> {
        let features = match &self.body {
            Body::Conv(first) => first.forward(inputs)?.relu()?.mean(2)?,
            Body::Motions(first, second) => {
                let x = first.forward(inputs)?.relu()?.unsqueeze(2)?.max_pool2d((1, 2))?.squeeze(2)?;
                second.forward(&x)?.relu()?.mean(2)?
            }
            Body::Gru(gru) => {
                let states = gru.seq(inputs)?;
                states.last().expect("a step").h.clone()
            }
            Body::Pictures(first, second, dropout) => {
                let x = first.forward(&inputs.unsqueeze(1)?)?.relu()?;
                let x = second.forward(&x)?.relu()?.max_pool2d(2)?.flatten_from(1)?;
                dropout.forward(&x, train)?
            }
        };
        self.last.forward(&features)
    }
}

/// Sequences for convolutions have channels first, and those for recurrent units steps first.
fn inputs(stack: Stack, rows: usize, data: &Data) -> Result<Vec<Tensor>> {
    let ([a, b], _) = stack.sizes();
    let shape = if matches!(stack, Stack::Pictures | Stack::Gru) { (rows, a, b) } else { (rows, b, a) };
    data.inputs.iter().map(|inputs| Tensor::from_slice(inputs, shape, &Device::Cpu)).collect()
}

pub fn learn(stack: Stack, rows: usize) -> Result<Call> {
    let variables = VarMap::new();
    let (network, data) = (Network::new(stack, &variables)?, Data::of_stack(stack, rows));
    let settings = ParamsAdamW { lr: f64::from(job::LEARNING_RATE), weight_decay: 0.0, ..ParamsAdamW::default() };
    let mut optimizer = AdamW::new(variables.all_vars(), settings)?;
    let inputs = inputs(stack, rows, &data)?;
    let class = |&class: &usize| class as u32;
    let targets: Vec<Tensor> = data
        .all()
        .map(|batch| Tensor::from_iter(data.classes[batch].iter().map(class), &Device::Cpu))
        .collect::<Result<_>>()?;
    let mut batches = data.all().cycle();
    let mut step = move || -> Result<()> {
        let batch = batches.next().expect("no end");
        optimizer.backward_step(&loss::cross_entropy(&network.forward(&inputs[batch], true)?, &targets[batch])?)
    };
    Ok(Box::new(move || step().expect("a step of candle")))
}

pub fn pass(stack: Stack, rows: usize) -> Result<Call> {
    let (network, data) = (Network::new(stack, &VarMap::new())?, Data::of_stack(stack, rows));
    let inputs = inputs(stack, rows, &data)?;
    let mut batches = data.all().cycle();
    Ok(Box::new(move || {
        black_box(network.forward(&inputs[batches.next().expect("no end")], false).expect("a pass of candle"));
    }))
}
