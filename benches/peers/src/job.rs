//! The jobs that every peer is given.

use std::str::FromStr;

/// One step of training, or one pass of inference.
pub type Call = Box<dyn FnMut()>;

/// The networks, all with ReLU between the layers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Net {
    /// 2-64-32-1 with dropout 0.1 behind both hidden layers, L2 of 0.001, and binary cross-entropy.
    Moons,
    /// 64-128-64-10 with softmax cross-entropy.
    Digits,
    /// 784-128-64-10 with softmax cross-entropy.
    Images,
}

/// What to do, how many rows at a time. Training is a step of Adam, forward and backward included; inference gives logits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Job {
    Train {
        net: Net,
        rows: usize,
    },
    Infer {
        net: Net,
        rows: usize,
    },
    /// Multiply-adds without fused instructions at this vector width, in bits.
    Peak {
        bits: usize,
    },
}

/// Settings that all peers share.
pub const LEARNING_RATE: f32 = 0.001;
pub const DROPOUT: f32 = 0.1;
pub const L2: f32 = 0.001;

impl Net {
    /// Inputs, two hidden layers, outputs.
    pub const fn sizes(self) -> [usize; 4] {
        match self {
            Net::Moons => [2, 64, 32, 1],
            Net::Digits => [64, 128, 64, 10],
            Net::Images => [784, 128, 64, 10],
        }
    }
}

impl FromStr for Job {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let [verb, net, rows] = text.split(' ').collect::<Vec<_>>()[..] else { return Err(text.to_string()) };
        let rows = rows.parse().map_err(|_| text.to_string())?;
        let net = match net {
            "moons" => Net::Moons,
            "digits" => Net::Digits,
            "images" => Net::Images,
            "bits" => return Ok(Job::Peak { bits: rows }),
            _ => return Err(text.to_string()),
        };
        match verb {
            "train" => Ok(Job::Train { net, rows }),
            "infer" => Ok(Job::Infer { net, rows }),
            _ => Err(text.to_string()),
        }
    }
}
