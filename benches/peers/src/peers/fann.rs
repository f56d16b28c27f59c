//! FANN, the C library, for inference row by row: it trains with neither Adam nor batches of a given size, and has no ReLU, so the hidden units are
//! its piecewise linear ones.

use std::hint::black_box;

use fann::{ActivationFunc, Fann};

use crate::data::Data;
use crate::job::{Call, Job};

pub fn make(job: Job) -> Option<Call> {
    let Job::Infer { net, rows } = job else { return None };
    let mut network =
        Fann::new(&net.sizes().iter().map(|&size| size as u32).collect::<Vec<_>>()).expect("a network of FANN");
    network.set_activation_func_hidden(ActivationFunc::LinearPiece);
    network.set_activation_func_output(ActivationFunc::Linear);
    let (data, width) = (Data::new(net, rows), net.sizes()[0]);
    let mut batches = data.all().cycle();
    Some(Box::new(move || {
        for row in data.inputs[batches.next().expect("no end")].chunks(width) {
            black_box(network.run(row).expect("a pass of FANN"));
        }
    }))
}
