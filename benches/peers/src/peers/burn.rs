//! burn with its flex backend, its fastest on a processor for small networks. Its L2 takes in the biases too.

use std::hint::black_box;

use burn::module::Module;
use burn::nn::loss::{BinaryCrossEntropyLossConfig, CrossEntropyLossConfig};
use burn::nn::{Dropout, DropoutConfig, Linear, LinearConfig};
use burn::optim::decay::WeightDecayConfig;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Int, Tensor, TensorData, activation::relu};

use crate::data::{BATCHES, Data};
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
    first: Linear,
    second: Linear,
    third: Linear,
    dropout: Dropout,
}

impl Network {
    fn new(net: Net, device: &Device) -> Self {
        let [inputs, first, second, outputs] = net.sizes();
        let rate = if net == Net::Moons { f64::from(job::DROPOUT) } else { 0.0 };
        Network {
            first: LinearConfig::new(inputs, first).init(device),
            second: LinearConfig::new(first, second).init(device),
            third: LinearConfig::new(second, outputs).init(device),
            dropout: DropoutConfig::new(rate).init(),
        }
    }

    fn forward(&self, inputs: Tensor<2>) -> Tensor<2> {
        let x = self.dropout.forward(relu(self.first.forward(inputs)));
        let x = self.dropout.forward(relu(self.second.forward(x)));
        self.third.forward(x)
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
        (0..BATCHES).map(|batch| Tensor::from_data(TensorData::new(integers(batch), [rows]), &device)).collect();
    let binary = BinaryCrossEntropyLossConfig::new().with_logits(true).init(&device);
    let softmax = CrossEntropyLossConfig::new().init(&device);
    let decay = (net == Net::Moons).then(|| WeightDecayConfig::new(job::L2 / rows as f32));
    let mut adam = AdamConfig::new().with_epsilon(1e-8).with_weight_decay(decay).init();
    let mut batches = (0..BATCHES).cycle();
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
    let mut batches = (0..BATCHES).cycle();
    Box::new(move || {
        black_box(network.forward(inputs[batches.next().expect("no end")].clone()));
    })
}
