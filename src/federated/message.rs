//! What is in a frame. Whole numbers are little-endian, numbers IEEE 754.

use super::frame::{PAYLOAD, write_frame};
use super::{CHUNK, Plan, Report, VERSION};
use crate::Error;

/// What gateway and device say to each other.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Message {
    /// To the device: who are you?
    Hello,
    /// To the device: a round begins, with parameters that follow in chunks.
    Begin(Plan),
    /// A chunk of the file with the parameters, or of the file with the answer.
    Chunk {
        /// The plan, [`Plan::key`].
        plan: u32,
        /// The number of the chunk, from 0.
        index: u32,
        /// Its bytes.
        bytes: [u8; CHUNK],
        /// How many of them there are: fewer in the last chunk.
        count: usize,
    },
    /// To the device: all chunks are sent, do what the plan says.
    Work {
        /// The plan, [`Plan::key`].
        plan: u32,
    },
    /// To the device: send this chunk of the answer.
    Give {
        /// The plan, [`Plan::key`].
        plan: u32,
        /// The number of the chunk, from 0.
        index: u32,
    },
    /// From the device, after [`Message::Hello`].
    Here {
        /// The version of the frames.
        version: u8,
        /// The size of a number in bytes.
        scalar: u8,
        /// The architecture, [`Stored::FINGERPRINT`](crate::storage::Stored::FINGERPRINT).
        fingerprint: u32,
        /// The size of the file with the parameters.
        bytes: u32,
        /// The round that it worked on last, 0 before the first.
        round: u32,
    },
    /// From the device: the chunk that it wants next. Where all have come, it is their number.
    Want {
        /// The plan, [`Plan::key`].
        plan: u32,
        /// The number of the chunk, from 0.
        index: u32,
    },
    /// From the device: the round is done.
    Done(Report),
    /// From the device: it does not take part in the round. Its network is as it was, but for [`Refusal::Training`].
    Refused {
        /// The plan, [`Plan::key`].
        plan: u32,
        /// Why.
        why: Refusal,
        /// What the device has or expects: see the variants of [`Refusal`].
        here: u32,
    },
}

/// Why a device takes no part in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[repr(u8)]
pub enum Refusal {
    /// The architecture is another. The device has this fingerprint.
    Architecture = 2,
    /// The file has another size. The device has this size.
    Length = 3,
    /// The chunks are not the file of this round. They have this checksum.
    Checksum = 4,
    /// A parameter is not finite.
    Number = 5,
    /// A setting of the plan is negative, not finite or too large, or nothing is to be passed. It lies at this byte of the
    /// payload of Begin.
    Plan = 6,
    /// It has not begun this round. It has begun this plan, [`Plan::key`].
    Round = 7,
    /// Training or evaluation failed. 1: a setting of the firmware; 2: a row; 3: an output or a loss that is not finite; 4: a
    /// gradient, or 5: a parameter, that is not finite or too large; 0: something else.
    Training = 8,
}

impl Refusal {
    const ALL: [Self; 7] = [
        Refusal::Architecture,
        Refusal::Length,
        Refusal::Checksum,
        Refusal::Number,
        Refusal::Plan,
        Refusal::Round,
        Refusal::Training,
    ];
}

/// What the gateway hears of an error, as [`Refusal::Training`] has it.
pub(crate) fn cause(error: Error) -> u32 {
    match error {
        Error::BatchSize | Error::Setting { .. } | Error::Unsupported { .. } | Error::Uninitialized => 1,
        Error::Feature { .. } | Error::Target { .. } | Error::Class { .. } => 2,
        Error::SampleWeight { .. } | Error::NoWeight | Error::Empty => 2,
        Error::Output { .. } | Error::Loss { .. } => 3,
        Error::Gradient { .. } => 4,
        Error::Parameter { .. } => 5,
        _ => 0,
    }
}

/// Writes a message as a frame, with one call of `send`.
///
/// ```
/// use bareprop::federated::{Message, START, write_message};
/// let mut frame = vec![];
/// write_message(&Message::Work { plan: 1 }, &mut |bytes: &[u8]| frame.extend_from_slice(bytes));
/// assert_eq!((frame[0], frame[1], frame[2], frame.len()), (START, 4, 4, 11));
/// ```
pub fn write_message(message: &Message, send: &mut impl FnMut(&[u8])) {
    let mut payload = Bytes::EMPTY;
    let kind = message.encode(&mut payload);
    write_frame(kind, payload.get(), send);
}

impl Message {
    /// Writes the payload. Returns the kind.
    fn encode(&self, to: &mut Bytes) -> u8 {
        match *self {
            Message::Hello => 1,
            Message::Begin(ref plan) => {
                plan.encode(to);
                2
            }
            Message::Chunk { plan, index, ref bytes, count } => {
                to.pair(plan, index);
                to.put(bytes.get(..count).unwrap_or(bytes));
                3
            }
            Message::Work { plan } => {
                to.put(&plan.to_le_bytes());
                4
            }
            Message::Give { plan, index } => {
                to.pair(plan, index);
                5
            }
            Message::Here { version, scalar, fingerprint, bytes, round } => {
                to.put(&[version, scalar, 0, 0]);
                to.pair(fingerprint, bytes);
                to.put(&round.to_le_bytes());
                0x81
            }
            Message::Want { plan, index } => {
                to.pair(plan, index);
                0x82
            }
            Message::Done(ref report) => {
                report.encode(to);
                0x83
            }
            Message::Refused { plan, why, here } => {
                to.pair(plan, here);
                to.put(&[why as u8]);
                0x84
            }
        }
    }

    /// Reads a payload. `None` for a kind or a version that is not known, and for a length that is not right.
    pub(crate) fn decode(kind: u8, payload: &[u8]) -> Option<Self> {
        let mut from = Fields(payload);
        let message = match kind {
            1 => Message::Hello,
            2 => {
                let [version] = from.take()?;
                if version != VERSION {
                    return None;
                }
                Message::Begin(Plan::decode(&mut from)?)
            }
            3 => {
                let (plan, index, mut bytes, count) = (from.u32()?, from.u32()?, [0; CHUNK], from.0.len());
                for (to, &byte) in bytes.iter_mut().zip(from.0) {
                    *to = byte;
                }
                from.0 = from.0.get(CHUNK..).unwrap_or(&[]);
                Message::Chunk { plan, index, bytes, count }
            }
            4 => Message::Work { plan: from.u32()? },
            5 => Message::Give { plan: from.u32()?, index: from.u32()? },
            0x81 => {
                let [version, scalar, _, _] = from.take()?;
                let (fingerprint, bytes, round) = (from.u32()?, from.u32()?, from.u32()?);
                Message::Here { version, scalar, fingerprint, bytes, round }
            }
            0x82 => Message::Want { plan: from.u32()?, index: from.u32()? },
            0x83 => Message::Done(Report::decode(&mut from)?),
            0x84 => {
                let (plan, here, [why]) = (from.u32()?, from.u32()?, from.take()?);
                let why = Refusal::ALL.into_iter().find(|&known| known as u8 == why)?;
                Message::Refused { plan, why, here }
            }
            _ => return None,
        };
        from.0.is_empty().then_some(message)
    }
}

/// A payload that is being written.
pub(crate) struct Bytes {
    bytes: [u8; PAYLOAD],
    filled: usize,
}

impl Bytes {
    pub(crate) const EMPTY: Self = Bytes { bytes: [0; PAYLOAD], filled: 0 };

    pub(crate) fn put(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if let Some(place) = self.bytes.get_mut(self.filled) {
                *place = byte;
                self.filled = self.filled.wrapping_add(1);
            }
        }
    }

    fn pair(&mut self, first: u32, second: u32) {
        self.put(&first.to_le_bytes());
        self.put(&second.to_le_bytes());
    }

    pub(crate) fn get(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or(&[])
    }
}

/// A payload that is being read.
pub(crate) struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    pub(crate) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*field)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(crate) fn f32(&mut self) -> Option<f32> {
        self.u32().map(f32::from_bits)
    }
}
