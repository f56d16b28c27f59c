//! dfdx on the processor, with sizes as types and with flush-to-zero, as its own examples have it. Its L2 takes in the biases too.

use std::hint::black_box;

use dfdx::optim::{Adam, AdamConfig, WeightDecay};
use dfdx::prelude::*;

use crate::data::Data;
use crate::job::{self, Call, Job, Net};

type Moons = ((Linear<2, 64>, ReLU, Dropout), (Linear<64, 32>, ReLU, Dropout), Linear<32, 1>);
type Digits = ((Linear<64, 128>, ReLU), (Linear<128, 64>, ReLU), Linear<64, 10>);
type Images = ((Linear<784, 128>, ReLU), (Linear<128, 64>, ReLU), Linear<64, 10>);
type Large = ((Linear<784, 512>, ReLU), (Linear<512, 256>, ReLU), Linear<256, 10>);
type Wide = ((Linear<3072, 1024>, ReLU), Linear<1024, 10>);

/// Writes a call that takes a step with a network of this type: `$rows` rows of `$inputs`, targets of `$outputs`.
macro_rules! train {
    ($Net:ty, $rows:literal, $inputs:literal, $outputs:literal, $decay:expr, $prepare:expr, $data:expr, $loss:ident) => {{
        let (dev, (inputs, targets)) = (Cpu::default(), $data);
        let mut model = dev.build_module::<$Net, f32>();
        $prepare(&mut model);
        let settings = AdamConfig { lr: job::LEARNING_RATE.into(), weight_decay: $decay, ..AdamConfig::default() };
        let (mut adam, mut gradients) = (Adam::new(&model, settings), Some(model.alloc_grads()));
        let inputs: Vec<Tensor<Rank2<$rows, $inputs>, f32, Cpu>> = tensors(&dev, inputs);
        let targets: Vec<Tensor<Rank2<$rows, $outputs>, f32, Cpu>> = tensors(&dev, targets);
        let mut batches = (0..inputs.len()).cycle();
        Box::new(move || {
            let batch = batches.next().expect("no end");
            let traced = inputs[batch].trace(gradients.take().expect("gradients"));
            let loss = $loss(model.forward_mut(traced), targets[batch].clone());
            let mut of_loss = loss.backward();
            adam.update(&mut model, &of_loss).expect("a step of dfdx");
            model.zero_grads(&mut of_loss);
            gradients = Some(of_loss);
        })
    }};
}

/// The same without dropout and L2, with softmax over ten classes.
macro_rules! softmax {
    ($Net:ty, $rows:literal, $inputs:literal, $data:expr) => {
        train!($Net, $rows, $inputs, 10, None, |_: &mut _| (), $data, cross_entropy_with_logits_loss)
    };
}

/// Writes a call that passes `$rows` rows forward.
macro_rules! infer {
    ($Net:ty, $rows:literal, $inputs:literal, $data:expr) => {{
        let dev = Cpu::default();
        let model = dev.build_module::<$Net, f32>();
        let inputs: Vec<Tensor<Rank2<$rows, $inputs>, f32, Cpu>> = tensors(&dev, $data.inputs);
        let mut batches = (0..inputs.len()).cycle();
        Box::new(move || {
            black_box(model.forward(inputs[batches.next().expect("no end")].clone()));
        })
    }};
}

pub fn make(job: Job) -> Option<Call> {
    dfdx::flush_denormals_to_zero();
    match job {
        Job::Train { net, rows } => train(net, rows),
        Job::Infer { net, rows } => infer(net, rows),
        Job::Learn { .. } | Job::Pass { .. } | Job::Peak { .. } => None,
    }
}

fn train(net: Net, rows: usize) -> Option<Call> {
    let data = Data::new(net, rows);
    let floats = data.all().map(|batch| data.floats(batch)).collect();
    let one_hot = data.all().map(|batch| data.one_hot(batch)).collect();
    let decay = Some(WeightDecay::L2(f64::from(job::L2) / rows as f64));
    let drop = |model: &mut <Moons as BuildOnDevice<Cpu, f32>>::Built| {
        (model.0.2.p, model.1.2.p) = (job::DROPOUT, job::DROPOUT);
    };
    let (binary, softmax) = ((data.inputs.clone(), floats), (data.inputs, one_hot));
    match (net, rows) {
        (Net::Moons, 32) => Some(train!(Moons, 32, 2, 1, decay, drop, binary, binary_cross_entropy_with_logits_loss)),
        (Net::Digits, 32) => Some(softmax!(Digits, 32, 64, softmax)),
        (Net::Images, 32) => Some(softmax!(Images, 32, 784, softmax)),
        (Net::Images, 128) => Some(softmax!(Images, 128, 784, softmax)),
        (Net::Large, 64) => Some(softmax!(Large, 64, 784, softmax)),
        (Net::Wide, 64) => Some(softmax!(Wide, 64, 3072, softmax)),
        _ => None,
    }
}

fn infer(net: Net, rows: usize) -> Option<Call> {
    let data = Data::new(net, rows);
    match (net, rows) {
        (Net::Moons, 1) => Some(infer!(Moons, 1, 2, data)),
        (Net::Moons, 32) => Some(infer!(Moons, 32, 2, data)),
        (Net::Images, 1) => Some(infer!(Images, 1, 784, data)),
        (Net::Images, 32) => Some(infer!(Images, 32, 784, data)),
        (Net::Images, 10_000) => Some(infer!(Images, 10_000, 784, data)),
        _ => None,
    }
}

/// One tensor for each batch.
fn tensors<const ROWS: usize, const WIDTH: usize>(
    dev: &Cpu,
    batches: Vec<Vec<f32>>,
) -> Vec<Tensor<Rank2<ROWS, WIDTH>, f32, Cpu>> {
    batches.into_iter().map(|batch| dev.tensor_from_vec(batch, (Const::<ROWS>, Const::<WIDTH>))).collect()
}
