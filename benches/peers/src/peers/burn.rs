//! burn with its flex backend, its fastest on a processor for small networks. Its L2 takes in the biases too.

use std::hint::black_box;

use burn::module::Module;
use burn::nn::loss::{BinaryCrossEntropyLossConfig, CrossEntropyLossConfig};
use burn::nn::{Dropout, DropoutConfig, Linear, LinearConfig};
use burn::optim::decay::WeightDecayConfig;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Int, Tensor, TensorData, activation::relu};

use crate::data::Data;
use crate::job::{self, Call, Job, Net};
use crate::peers::burn_stacks as stacks;

pub fn make(job: Job) -> Option<Call> {
    match job {
        Job::Train { net, rows } => Some(train(net, rows)),
        Job::Infer { net, rows } => Some(infer(net, rows)),
        Job::Learn { stack, rows } => Some(stacks::learn(stack, rows)),
        Job::Pass { stack, rows } => Some(stacks::pass(stack, rows)),
        Job::Peak { .. } => None,
    }
}

#[derive(Module, Debug)]
struct Network {
    layers: Vec<Linear>,
    dropout: Dropout,
}

impl Network {
    fn new(net: Net, device: &Device) -> Self {
        let rate = if net == Net::Moons { f64::from(job::DROPOUT) } else { 0.0 };
        Network {
            layers: net.sizes().windows(2).map(|pair| LinearConfig::new(pair[0], pair[1]).init(device)).collect(),
            dropout: DropoutConfig::new(rate).init(),
        }
    }

    fn forward(&self, inputs: Tensor<2>) -> Tensor<2> {
        let (last, hidden) = self.layers.split_last().expect("layers");
        let x = hidden.iter().fold(inputs, |x, layer| self.dropout.forward(relu(layer.forward(x))));
        last.forward(x)
    }
}

fn inputs(net: Net, rows: usize, data: &Data, device: &Device) -> Vec<Tensor<2>> {
    let shape = [rows, net.sizes()[0]];
    data.inputs.iter().map(|inputs| Tensor::from_data(TensorData::new(inputs.clone(), shape), device)).collect()
}

fn train(net: Net, rows: usize) -> Call {
    let device = Device::flex().autodiff();
    let (mut network, data) = (Some(Network::new(net, &device)), Data::new(net, rows));
    let inputs = inputs(net, rows, &data, &device);
    let integers = |batch: usize| data.classes[batch].iter().map(|&class| class as i32).collect::<Vec<_>>();
    let targets: Vec<Tensor<1, Int>> =
        data.all().map(|batch| Tensor::from_data(TensorData::new(integers(batch), [rows]), &device)).collect();
    let binary = BinaryCrossEntropyLossConfig::new().with_logits(true).init(&device);
    let softmax = CrossEntropyLossConfig::new().init(&device);
    let decay = (net == Net::Moons).then(|| WeightDecayConfig::new(job::L2 / rows as f32));
    let mut adam = AdamConfig::new().with_epsilon(1e-8).with_weight_decay(decay).init();
    let mut batches = data.all().cycle();
    Box::new(move || {
        let (batch, current) = (batches.next().expect("no end"), network.take().expect("a network"));
        let logits = current.forward(inputs[batch].clone());
        let target = targets[batch].clone();
        let loss = match net {
            Net::Moons => binary.forward(logits, target.reshape([rows, 1])),
            _ => softmax.forward(logits, target),
        };
        let gradients = GradientsParams::from_grads(loss.backward(), &current);
        network = Some(adam.step(f64::from(job::LEARNING_RATE), current, gradients));
    })
}

fn infer(net: Net, rows: usize) -> Call {
    let device = Device::flex();
    let (network, data) = (Network::new(net, &device), Data::new(net, rows));
    let inputs = inputs(net, rows, &data, &device);
    let mut batches = data.all().cycle();
    Box::new(move || {
        black_box(network.forward(inputs[batches.next().expect("no end")].clone()));
    })
}
