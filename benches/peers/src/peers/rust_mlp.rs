//! rust-mlp, with its matrixmultiply backend. It has neither dropout nor L2; its moons job goes without.

use std::hint::black_box;

use rust_mlp::{Activation, Loss, Mlp, MlpBuilder, Optimizer};

use crate::data::Data;
use crate::job::{self, Call, Job, Net};

pub fn make(job: Job) -> Option<Call> {
    match job {
        Job::Train { net, rows } => Some(train(net, rows)),
        Job::Infer { net, rows: 1 } => Some(infer_one(net)),
        Job::Infer { net, rows } => Some(infer(net, rows)),
        Job::Learn { .. } | Job::Pass { .. } | Job::Peak { .. } => None,
    }
}

fn network(net: Net) -> Mlp {
    let [inputs, hidden @ .., outputs] = net.sizes() else { unreachable!("inputs and outputs") };
    let builder = MlpBuilder::new(*inputs);
    let add = |builder: MlpBuilder, &size: &usize| builder.add_layer(size, Activation::ReLU);
    let builder = hidden.iter().try_fold(builder.expect("a size"), add);
    builder.and_then(|b| b.add_layer(*outputs, Activation::Identity)).and_then(|b| b.build_with_seed(1)).expect("sizes")
}

/// As in its own `fit`, without the copies.
fn train(net: Net, rows: usize) -> Call {
    let mut mlp = network(net);
    let data = Data::new(net, rows);
    let loss = if net == Net::Moons { Loss::BinaryCrossEntropyWithLogits } else { Loss::SoftmaxCrossEntropy };
    let targets: Vec<Vec<f32>> =
        data.all().map(|b| if net == Net::Moons { data.floats(b) } else { data.one_hot(b) }).collect();
    let optimizer = Optimizer::Adam { beta1: 0.9, beta2: 0.999, eps: 1e-8 };
    let mut state = optimizer.state(&mlp).expect("settings");
    let (mut scratch, mut backprop) = (mlp.scratch_batch(rows), mlp.backprop_scratch_batch(rows));
    let (mut gradients, width) = (mlp.gradients(), mlp.output_dim());
    let mut deltas = vec![0.0; rows * width];
    let mut batches = data.all().cycle();
    Box::new(move || {
        let batch = batches.next().expect("no end");
        let outputs = mlp.forward_batch(&data.inputs[batch], &mut scratch);
        let rows = outputs.chunks(width).zip(targets[batch].chunks(width));
        for ((output, target), delta) in rows.zip(deltas.chunks_mut(width)) {
            black_box(loss.backward(output, target, delta));
        }
        mlp.backward_batch(&data.inputs[batch], &scratch, &deltas, &mut gradients, &mut backprop);
        state.step(&mut mlp, &mut gradients, job::LEARNING_RATE);
    })
}

fn infer(net: Net, rows: usize) -> Call {
    let (mlp, data) = (network(net), Data::new(net, rows));
    let (mut scratch, mut batches) = (mlp.scratch_batch(rows), data.all().cycle());
    Box::new(move || {
        black_box(mlp.forward_batch(&data.inputs[batches.next().expect("no end")], &mut scratch));
    })
}

fn infer_one(net: Net) -> Call {
    let (mlp, data) = (network(net), Data::new(net, 1));
    let (mut scratch, mut batches) = (mlp.scratch(), data.all().cycle());
    Box::new(move || {
        black_box(mlp.forward(&data.inputs[batches.next().expect("no end")], &mut scratch));
    })
}
