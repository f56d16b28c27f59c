//! What a round asks for, and what comes of it.

use super::message::{Bytes, Fields};
use crate::Scalar;
use crate::storage::crc::Crc;

/// The version of the frames and messages.
pub const VERSION: u8 = 1;

/// What a round asks of a device.
///
/// ```
/// use bareprop::federated::Plan;
/// let plan = Plan { round: 3, epochs: 2, mu: 0.1, ..Plan::NONE };
/// assert_eq!(plan.rows_of(40), 80);
/// assert_eq!(Plan { samples: 25, ..plan }.rows_of(40), 25);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// What to do with the parameters: train them, or only evaluate them.
    pub evaluate: bool,
    /// What the answer holds.
    pub answer: Answer,
    /// The number of the round.
    pub round: u32,
    /// The architecture, [`Stored::FINGERPRINT`](crate::storage::Stored::FINGERPRINT).
    pub fingerprint: u32,
    /// The size in bytes of the file with the parameters.
    pub bytes: u32,
    /// The checksum of that file: its last four bytes.
    pub checksum: u32,
    /// How often to pass over the rows. 0 with `samples` of 0 is refused, unless the round only evaluates.
    pub epochs: u32,
    /// How many rows to pass instead, where it is not 0.
    pub samples: u32,
    /// The seed of shuffles and dropout. Each round shuffles anew, since the number of the round goes in too.
    pub seed: u64,
    /// μ of FedProx, which adds μ/2·‖w − w₀‖² to the loss, w₀ the parameters of the round. 0 is FedAvg. At most √MAX.
    pub mu: f32,
    /// The largest norm of w − w₀, to which a larger one is scaled; 0 for no limit.
    pub clip: f32,
    /// The standard deviation of the Gaussian noise that is added to every number of w − w₀; 0 for none. At
    /// most √MAX.
    pub noise: f32,
}

/// What the answer of a device holds, in a file of the type of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The new parameters w.
    Parameters,
    /// The difference w − w₀ to the parameters of the round.
    Difference,
}

impl Plan {
    /// No round.
    pub const NONE: Self = Plan {
        evaluate: false,
        answer: Answer::Difference,
        round: 0,
        fingerprint: 0,
        bytes: 0,
        checksum: 0,
        epochs: 1,
        samples: 0,
        seed: 0,
        mu: 0.0,
        clip: 0.0,
        noise: 0.0,
    };

    /// How many rows to pass, of a device that has `rows` of them.
    pub fn rows_of(&self, rows: usize) -> u32 {
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        if self.samples > 0 { self.samples } else { self.epochs.saturating_mul(rows) }
    }

    /// The checksum of this plan as it passes on the line. Every frame of a round names it, so that frames of another round,
    /// or of another gateway in a round of the same number, are not taken for those of this one.
    ///
    /// ```
    /// use bareprop::federated::Plan;
    /// let plan = Plan { round: 3, ..Plan::NONE };
    /// assert_ne!(plan.key(), Plan { evaluate: true, ..plan }.key());
    /// ```
    pub fn key(&self) -> u32 {
        let (mut payload, mut crc) = (Bytes::EMPTY, Crc::START);
        self.encode(&mut payload);
        crc.add(payload.get());
        crc.value()
    }

    /// The place in the payload of Begin of a setting that is not possible.
    pub(crate) fn impossible(&self) -> Option<u32> {
        let most = <f32 as Scalar>::ROOT_OF_MAX;
        let nothing = !self.evaluate && self.epochs == 0 && self.samples == 0;
        let outside = |setting: f32, most: f32| !(0.0..=most).contains(&setting);
        let settings = [
            (20, nothing),
            (36, outside(self.mu, most)),
            (40, outside(self.clip, f32::MAX)),
            (44, outside(self.noise, most)),
        ];
        settings.into_iter().find_map(|(place, is_wrong)| is_wrong.then_some(place))
    }

    /// The seed of shuffles and dropout in this round.
    pub(crate) fn round_seed(&self) -> u64 {
        self.seed ^ u64::from(self.round) << 32
    }

    pub(crate) fn encode(&self, to: &mut Bytes) {
        to.put(&[VERSION, u8::from(self.evaluate), u8::from(self.answer == Answer::Difference), 0]);
        for field in [self.round, self.fingerprint, self.bytes, self.checksum, self.epochs, self.samples] {
            to.put(&field.to_le_bytes());
        }
        to.put(&self.seed.to_le_bytes());
        for setting in [self.mu, self.clip, self.noise] {
            to.put(&setting.to_le_bytes());
        }
    }

    pub(crate) fn decode(from: &mut Fields<'_>) -> Option<Self> {
        let [evaluate, difference, _] = from.take()?;
        let answer = if difference == 0 { Answer::Parameters } else { Answer::Difference };
        Some(Plan {
            evaluate: evaluate != 0,
            answer,
            round: from.u32()?,
            fingerprint: from.u32()?,
            bytes: from.u32()?,
            checksum: from.u32()?,
            epochs: from.u32()?,
            samples: from.u32()?,
            seed: u64::from_le_bytes(from.take()?),
            mu: from.f32()?,
            clip: from.f32()?,
            noise: from.f32()?,
        })
    }
}

/// What came of a round on a device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Report {
    /// The plan, [`Plan::key`].
    pub plan: u32,
    /// How many rows were passed, or evaluated.
    pub rows: u32,
    /// How many of the evaluated rows were recognised; 0 after training.
    pub hits: u32,
    /// The mean loss of the rows: in training each with the parameters of the step it was part of.
    pub loss: f32,
    /// ‖w − w₀‖ before it was clipped.
    pub norm: f32,
    /// The checksum of the file with the answer.
    pub checksum: u32,
}

impl Report {
    pub(crate) const NONE: Self = Report { plan: 0, rows: 0, hits: 0, loss: 0.0, norm: 0.0, checksum: 0 };

    pub(crate) fn encode(&self, to: &mut Bytes) {
        let (loss, norm) = (self.loss.to_bits(), self.norm.to_bits());
        for field in [self.plan, self.rows, self.hits, loss, norm, self.checksum] {
            to.put(&field.to_le_bytes());
        }
    }

    pub(crate) fn decode(from: &mut Fields<'_>) -> Option<Self> {
        Some(Report {
            plan: from.u32()?,
            rows: from.u32()?,
            hits: from.u32()?,
            loss: from.f32()?,
            norm: from.f32()?,
            checksum: from.u32()?,
        })
    }
}
