//! The whole state of a trainer as a list of numbers, by the contract that files are made with.

use bareprop::storage::{Pieces, Stored};
use bareprop::{Error, Parameters, Scalar};
use playground_network::flexible::Form;
use playground_network::learner::Learner;
use playground_network::network::Network;

/// A piece of a state.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Numbers with the range that they have to lie in.
    Numbers {
        /// The numbers; those of `f32` are exact.
        values: Vec<f64>,
        /// Whether they are `f32`.
        single: bool,
        /// The least number.
        low: f64,
        /// The largest number.
        high: f64,
    },
    /// A whole number.
    Count {
        /// The number.
        value: u32,
        /// The largest that is possible.
        most: u32,
    },
}

/// A copy of all pieces, in order.
pub type Snapshot = Vec<Piece>;

/// The pieces of a value.
fn snapshot(value: &mut impl Stored) -> Snapshot {
    let mut collect = Collect(Vec::new());
    value.pieces(&mut collect);
    collect.0
}

/// Writes pieces into a value that has the same ones.
fn write(value: &mut impl Stored, snapshot: &[Piece]) {
    value.pieces(&mut Replay(snapshot.iter()));
}

/// The state of a trainer.
pub fn parts(learner: &mut Learner) -> Parts {
    let rates = learner.layers().iter().filter(|layer| layer.form.dropout.is_some()).count();
    Parts::new(snapshot(&mut *learner.trainer), Network::TENSORS, rates)
}

/// Writes a state that [`parts`] gave.
pub fn restore(learner: &mut Learner, parts: Parts) {
    write(&mut *learner.trainer, &parts.join());
}

/// Another trainer in the same state.
///
/// # Errors
/// None, as the settings were right for this one.
pub fn duplicate(learner: &mut Learner) -> Result<Learner, Error> {
    let forms: Vec<Form> = learner.layers().iter().map(|layer| layer.form).collect();
    let mut other = Learner::new(&forms, &learner.settings)?;
    restore(&mut other, parts(learner));
    Ok(other)
}

struct Collect(Snapshot);

impl Pieces for Collect {
    fn numbers<T: Scalar>(&mut self, numbers: &mut [T], low: T, high: T) {
        let values = numbers.iter().map(|number| number.to_f64()).collect();
        let single = size_of::<T>() == size_of::<f32>();
        self.0.push(Piece::Numbers { values, single, low: low.to_f64(), high: high.to_f64() });
    }

    fn count(&mut self, count: &mut u32, most: u32) {
        self.0.push(Piece::Count { value: *count, most });
    }
}

struct Replay<'a>(std::slice::Iter<'a, Piece>);

impl Pieces for Replay<'_> {
    fn numbers<T: Scalar>(&mut self, numbers: &mut [T], _: T, _: T) {
        let Some(Piece::Numbers { values, .. }) = self.0.next() else { return };
        numbers.iter_mut().zip(values).for_each(|(to, &from)| *to = T::from_f64(from));
    }

    fn count(&mut self, count: &mut u32, _: u32) {
        if let Some(Piece::Count { value, .. }) = self.0.next() {
            *count = *value;
        }
    }
}

/// The parts of the state of a trainer.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// Tensors, then the rates of dropout.
    pub network: Snapshot,
    /// Adam's m, or a velocity.
    pub mean: Snapshot,
    /// Adam's v, or squares.
    pub variance: Snapshot,
    /// c₁ and c₂.
    pub correction: Snapshot,
    /// AMSGrad's largest v.
    pub largest: Snapshot,
    /// Counters and the plateau.
    pub progress: Snapshot,
}

impl Parts {
    /// Divides the state of a trainer whose network has so many tensors and rates.
    pub fn new(mut snapshot: Snapshot, tensors: usize, rates: usize) -> Self {
        let mut take = |count: usize| snapshot.drain(..Ord::min(count, snapshot.len())).collect();
        let (network, mean, variance) = (take(tensors + rates), take(tensors), take(tensors));
        let (correction, largest) = (take(1), take(tensors));
        Parts { network, mean, variance, correction, largest, progress: snapshot }
    }

    /// All parts, in order.
    pub fn join(self) -> Snapshot {
        [self.network, self.mean, self.variance, self.correction, self.largest, self.progress].concat()
    }

    /// The counters.
    pub fn counters(&self) -> Counters {
        let count = |index: usize| match self.progress.get(index) {
            Some(Piece::Count { value, .. }) => *value,
            _ => 0,
        };
        Counters { steps: count(0), seen: count(1), epochs: count(2), rows: count(3), falls: count(8) }
    }
}

/// What a trainer counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Steps.
    pub steps: u32,
    /// Rows trained on.
    pub seen: u32,
    /// Completed epochs.
    pub epochs: u32,
    /// Rows of the current epoch.
    pub rows: u32,
    /// How often a plateau has lowered the learning rate.
    pub falls: u32,
}
