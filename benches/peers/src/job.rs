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
    /// 784-512-256-10 with softmax cross-entropy.
    Large,
    /// 3072-1024-10 with softmax cross-entropy.
    Wide,
}

/// Networks of other layers, with softmax cross-entropy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stack {
    /// 128 steps of 6 channels, convolution with kernel 5 to 16, ReLU, mean over the steps, dense to 10.
    Conv,
    /// 20 steps of 6 channels, convolution (kernel 3) to 12, ReLU, maximum of 2, convolution (3) to 16, ReLU, mean, dense to 4.
    Motions,
    /// 20 steps of 6 channels, gated recurrent unit of 16, dense to 4.
    Gru,
    /// 8×8 pixels, convolutions (3×3) to 16 and 32, ReLU, maximum of 2×2, dropout 0.3, dense to 10.
    Pictures,
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
    /// A step of training of a stack.
    Learn {
        stack: Stack,
        rows: usize,
    },
    /// Logits of a stack.
    Pass {
        stack: Stack,
        rows: usize,
    },
    /// Nothing but multiply-adds: how many chains are independent, how many bits a vector has, and whether the
    /// instructions are fused.
    Peak {
        chains: usize,
        bits: usize,
        fused: bool,
    },
}

/// Settings that all peers share.
pub const LEARNING_RATE: f32 = 0.001;
pub const DROPOUT: f32 = 0.1;
pub const L2: f32 = 0.001;

impl Net {
    /// Inputs, hidden layers, outputs.
    pub const fn sizes(self) -> &'static [usize] {
        match self {
            Net::Moons => &[2, 64, 32, 1],
            Net::Digits => &[64, 128, 64, 10],
            Net::Images => &[784, 128, 64, 10],
            Net::Large => &[784, 512, 256, 10],
            Net::Wide => &[3072, 1024, 10],
        }
    }
}

impl Stack {
    /// The shape of a row, and how many classes there are.
    pub const fn sizes(self) -> ([usize; 2], usize) {
        match self {
            Stack::Conv => ([128, 6], 10),
            Stack::Motions | Stack::Gru => ([20, 6], 4),
            Stack::Pictures => ([8, 8], 10),
        }
    }
}

impl FromStr for Job {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let [verb, net, rows] = text.split(' ').collect::<Vec<_>>()[..] else { return Err(text.to_string()) };
        let rows = rows.parse().map_err(|_| text.to_string())?;
        if let "fused" | "apart" = verb {
            let chains = net.parse().map_err(|_| text.to_string())?;
            return Ok(Job::Peak { chains, bits: rows, fused: verb == "fused" });
        }
        let stack = match net {
            "conv" => Some(Stack::Conv),
            "motions" => Some(Stack::Motions),
            "gru" => Some(Stack::Gru),
            "pictures" => Some(Stack::Pictures),
            _ => None,
        };
        if let Some(stack) = stack {
            return match verb {
                "learn" => Ok(Job::Learn { stack, rows }),
                "pass" => Ok(Job::Pass { stack, rows }),
                _ => Err(text.to_string()),
            };
        }
        let net = match net {
            "moons" => Net::Moons,
            "digits" => Net::Digits,
            "images" => Net::Images,
            "large" => Net::Large,
            "wide" => Net::Wide,
            _ => return Err(text.to_string()),
        };
        match verb {
            "train" => Ok(Job::Train { net, rows }),
            "infer" => Ok(Job::Infer { net, rows }),
            _ => Err(text.to_string()),
        }
    }
}
