//! Rounds, as long as the line is open.

use bareprop::federated::{Device, Task};
use bareprop::rand_core::SeedableRng;
use bareprop::rand_xorshift::XorShiftRng;
use bareprop::{Adam, Layer, Samples, Settings, SoftmaxCrossEntropy, Trainer};

use crate::line::{Arguments, Line};

/// What takes part: the state of the round, what learns, and how.
pub struct Member<'a, N: Layer<Scalar = f32>, const CLASSES: usize> {
    pub device: &'a mut Device<N>,
    pub trainer: &'a mut Trainer<N, Adam, 1>,
    pub settings: Settings<SoftmaxCrossEntropy<CLASSES>, Adam>,
    pub training: Samples<'a, N::Input, usize>,
    pub test: Samples<'a, N::Input, usize>,
}

impl<N: Layer<Scalar = f32, Output = [f32; CLASSES]>, const CLASSES: usize> Member<'_, N, CLASSES> {
    /// Takes part in rounds until the line is closed.
    pub fn run(&mut self, arguments: &Arguments) -> bool {
        let Some(mut line) = Line::open() else { return false };
        let mut bytes = [0; 256];
        loop {
            let count = line.read(&mut bytes);
            if count == 0 {
                return true;
            }
            for &byte in bytes.iter().take(count) {
                if let Some(task) = self.device.receive(byte, &mut |frame: &[u8]| line.write(frame)) {
                    self.work(task, arguments, &mut line);
                }
            }
            line.flush();
        }
    }

    fn work(&mut self, task: Task, arguments: &Arguments, line: &mut Line) {
        let send = &mut |frame: &[u8]| line.write(frame);
        let done = match task {
            Task::Train => {
                // For equal bits in tests. A product draws noise from a generator that no one else can repeat.
                let seed = u64::from(self.device.plan().round) << 32 | u64::from(arguments.number);
                let rng = &mut XorShiftRng::seed_from_u64(seed);
                self.device.train(self.trainer, &self.settings, &self.training, rng, send)
            }
            Task::Evaluate => self.device.evaluate(self.trainer, &self.settings, &self.test, is_hit, send),
        };
        // The gateway is told. A product would log it too.
        let _ = done;
    }
}

/// Whether the logit of the class is the largest, the first of several.
fn is_hit<const CLASSES: usize>(logits: &[f32; CLASSES], &class: &usize) -> bool {
    let mut best = (0, f32::NEG_INFINITY);
    for (place, &logit) in logits.iter().enumerate() {
        best = if logit > best.1 { (place, logit) } else { best };
    }
    best.0 == class
}
