//! candle on the processor. L2 is a part of the loss, as its Adam has decoupled weight decay alone.

use std::hint::black_box;

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{AdamW, Dropout, Linear, Module, Optimizer, ParamsAdamW, VarBuilder, VarMap, linear, loss};

use crate::data::Data;
use crate::job::{self, Call, Job, Net};
use crate::peers::candle_stacks as stacks;

pub fn make(job: Job) -> Option<Call> {
    match job {
        Job::Train { net, rows } => Some(train(net, rows).expect("a job of candle")),
        Job::Infer { net, rows } => Some(infer(net, rows).expect("a job of candle")),
        Job::Learn { stack, rows } => Some(stacks::learn(stack, rows).expect("a job of candle")),
        Job::Pass { stack, rows } => Some(stacks::pass(stack, rows).expect("a job of candle")),
        Job::Peak { .. } => None,
    }
}

struct Network {
    layers: Vec<Linear>,
    dropout: Option<Dropout>,
}

impl Network {
    fn new(net: Net, variables: &VarMap) -> Result<Self> {
        let builder = VarBuilder::from_varmap(variables, DType::F32, &Device::Cpu);
        let layer = |(index, pair): (usize, &[usize])| linear(pair[0], pair[1], builder.pp(index));
        let layers = net.sizes().windows(2).enumerate().map(layer).collect::<Result<_>>()?;
        Ok(Network { layers, dropout: (net == Net::Moons).then(|| Dropout::new(job::DROPOUT)) })
    }

    fn forward(&self, inputs: &Tensor, train: bool) -> Result<Tensor> {
        let (last, hidden) = self.layers.split_last().expect("layers");
        let mut x = inputs.clone();
        for layer in hidden {
            x = layer.forward(&x)?.relu()?;
            if let Some(dropout) = &self.dropout {
                x = dropout.forward(&x, train)?;
            }
        }
        last.forward(&x)
    }

    /// λ/2m · Σw².
    fn penalty(&self, rows: usize) -> Result<Tensor> {
        let squares = |layer: &Linear| layer.weight().sqr()?.sum_all();
        let (first, others) = self.layers.split_first().expect("layers");
        let sum = others.iter().try_fold(squares(first)?, |sum, layer| sum + squares(layer)?)?;
        sum * (f64::from(job::L2) / (2.0 * rows as f64))
    }
}

fn inputs(net: Net, rows: usize, data: &Data) -> Result<Vec<Tensor>> {
    let shape = (rows, net.sizes()[0]);
    data.inputs.iter().map(|inputs| Tensor::from_slice(inputs, shape, &Device::Cpu)).collect()
}

fn train(net: Net, rows: usize) -> Result<Call> {
    let variables = VarMap::new();
    let (network, data) = (Network::new(net, &variables)?, Data::new(net, rows));
    let settings = ParamsAdamW { lr: f64::from(job::LEARNING_RATE), weight_decay: 0.0, ..ParamsAdamW::default() };
    let mut optimizer = AdamW::new(variables.all_vars(), settings)?;
    let inputs = inputs(net, rows, &data)?;
    let class = |&class: &usize| class as u32;
    let targets: Vec<Tensor> = data
        .all()
        .map(|batch| match net {
            Net::Moons => Tensor::from_vec(data.floats(batch), (rows, 1), &Device::Cpu),
            _ => Tensor::from_iter(data.classes[batch].iter().map(class), &Device::Cpu),
        })
        .collect::<Result<_>>()?;
    let mut batches = data.all().cycle();
    let mut step = move || -> Result<()> {
        let batch = batches.next().expect("no end");
        let logits = network.forward(&inputs[batch], true)?;
        let loss = match net {
            Net::Moons => {
                let entropy = loss::binary_cross_entropy_with_logit(&logits, &targets[batch])?;
                (entropy + network.penalty(rows)?)?
            }
            _ => loss::cross_entropy(&logits, &targets[batch])?,
        };
        optimizer.backward_step(&loss)
    };
    Ok(Box::new(move || step().expect("a step of candle")))
}

fn infer(net: Net, rows: usize) -> Result<Call> {
    let (network, data) = (Network::new(net, &VarMap::new())?, Data::new(net, rows));
    let inputs = inputs(net, rows, &data)?;
    let mut batches = data.all().cycle();
    Ok(Box::new(move || {
        black_box(network.forward(&inputs[batches.next().expect("no end")], false).expect("a pass of candle"));
    }))
}
