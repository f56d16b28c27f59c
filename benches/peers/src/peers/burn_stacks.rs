//! burn with layers for sequences and pictures. Its rows are channel-major.

use std::hint::black_box;

use burn::module::Module;
use burn::nn::conv::{Conv1d, Conv1dConfig, Conv2d, Conv2dConfig};
use burn::nn::gru::{Gru, GruConfig};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::pool::{MaxPool1d, MaxPool1dConfig, MaxPool2d, MaxPool2dConfig};
use burn::nn::{Dropout, DropoutConfig, Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Int, Tensor, TensorData, activation::relu};

use crate::data::Data;
use crate::job::{self, Call, Stack};

/// Every layer that one of the stacks has; the others stay unused.
#[derive(Module, Debug)]
struct Network {
    sequences: Vec<Conv1d>,
    pictures: Vec<Conv2d>,
    gru: Option<Gru>,
    half: MaxPool1d,
    quarter: MaxPool2d,
    dropout: Dropout,
    last: Linear,
}

impl Network {
    fn new(stack: Stack, device: &Device) -> Self {
        let conv1d = |from, to, kernel| Conv1dConfig::new(from, to, kernel).init(device);
        let conv2d = |from, to| Conv2dConfig::new([from, to], [3, 3]).init(device);
        let (sequences, pictures, gru, width) = match stack {
            Stack::Conv => (vec![conv1d(6, 16, 5)], vec![], None, 16),
            Stack::Motions => (vec![conv1d(6, 12, 3), conv1d(12, 16, 3)], vec![], None, 16),
            Stack::Gru => (vec![], vec![], Some(GruConfig::new(6, 16, true).init(device)), 16),
            Stack::Pictures => (vec![], vec![conv2d(1, 16), conv2d(16, 32)], None, 128),
        };
        Network {
            sequences,
            pictures,
            gru,
            half: MaxPool1dConfig::new(2).with_stride(2).init(),
            quarter: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            dropout: DropoutConfig::new(0.3).init(),
            last: LinearConfig::new(width, stack.sizes().1).init(device),
        }
    }

    fn forward(&self, inputs: Tensor<3>) -> Tensor<2> {
        let [rows, height, width] = inputs.dims();
        if let Some(gru) = &self.gru {
            let states = gru.forward(inputs.swap_dims(1, 2), None);
            let steps = states.dims()[1];
            return self.last.forward(states.narrow(1, steps - 1, 1).squeeze_dim::<2>(1));
        }
        if let [first, second] = &self.pictures[..] {
            let x = relu(first.forward(inputs.reshape([rows, 1, height, width])));
            let x = self.quarter.forward(relu(second.forward(x)));
            return self.last.forward(self.dropout.forward(x.reshape([rows, 128])));
        }
        let mut x = relu(self.sequences[0].forward(inputs));
        if let Some(second) = self.sequences.get(1) {
            x = relu(second.forward(self.half.forward(x)));
        }
        self.last.forward(x.mean_dim(2).squeeze_dim::<2>(2))
    }
}

/// Sequences have channels first.
fn inputs(stack: Stack, rows: usize, data: &Data, device: &Device) -> Vec<Tensor<3>> {
    let ([a, b], _) = stack.sizes();
    let shape = if stack == Stack::Pictures { [rows, a, b] } else { [rows, b, a] };
    data.inputs.iter().map(|inputs| Tensor::from_data(TensorData::new(inputs.clone(), shape), device)).collect()
}

pub fn learn(stack: Stack, rows: usize) -> Call {
    let device = Device::flex().autodiff();
    let (mut network, data) = (Some(Network::new(stack, &device)), Data::of_stack(stack, rows));
    let inputs = inputs(stack, rows, &data, &device);
    let integers = |batch: usize| data.classes[batch].iter().map(|&class| class as i32).collect::<Vec<_>>();
    let targets: Vec<Tensor<1, Int>> =
        data.all().map(|batch| Tensor::from_data(TensorData::new(integers(batch), [rows]), &device)).collect();
    let softmax = CrossEntropyLossConfig::new().init(&device);
    let mut adam = AdamConfig::new().with_epsilon(1e-8).init();
    let mut batches = data.all().cycle();
    Box::new(move || {
        let (batch, current) = (batches.next().expect("no end"), network.take().expect("a network"));
        let loss = softmax.forward(current.forward(inputs[batch].clone()), targets[batch].clone());
        let gradients = GradientsParams::from_grads(loss.backward(), &current);
        network = Some(adam.step(f64::from(job::LEARNING_RATE), current, gradients));
    })
}

pub fn pass(stack: Stack, rows: usize) -> Call {
    let device = Device::flex();
    let (network, data) = (Network::new(stack, &device), Data::of_stack(stack, rows));
    let inputs = inputs(stack, rows, &data, &device);
    let mut batches = data.all().cycle();
    Box::new(move || {
        black_box(network.forward(inputs[batches.next().expect("no end")].clone()));
    })
}
