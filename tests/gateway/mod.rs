//! A gateway in a few lines, and a line between it and a device that loses, repeats, cuts and mixes up frames.

use bareprop::federated::*;
use bareprop::storage::{self, Stored};
use bareprop::*;
use rand_core::{Rng, SeedableRng};
use rand_xorshift::XorShiftRng;

pub type Net = (Dense<3, 17, Tanh>, Dropout<17>, Dense<17, 2>);
pub type Learning = Trainer<Net, Adam, 4>;

/// Twelve rows of two classes.
pub const INPUTS: [[f32; 3]; 12] = {
    let (mut rows, mut row) = ([[0.0; 3]; 12], 0);
    while row < 12 {
        rows[row] = [row as f32 / 6.0 - 1.0, (row % 3) as f32 - 1.0, (row % 5) as f32 * 0.5];
        row += 1;
    }
    rows
};
pub const CLASSES: [usize; 12] = [0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0];

pub fn settings() -> Settings<SoftmaxCrossEntropy<2>, Adam> {
    Settings { batch_size: 5, ..Settings::new(SoftmaxCrossEntropy::new(), Adam::new(0.01)) }
}

/// The parameters that a round starts with.
pub fn start(seed: u64) -> Net {
    let mut network = Net::ZERO;
    network.initialize_seeded(seed);
    network.1.rate = 0.25;
    network
}

pub fn file<S: Stored>(value: &mut S) -> Vec<u8> {
    let mut file = vec![];
    storage::save(value, |bytes| -> Result<(), ()> {
        file.extend_from_slice(bytes);
        Ok(())
    })
    .unwrap();
    file
}

/// `plan` for these parameters.
pub fn plan_of<S: Stored>(plan: Plan, file: &[u8]) -> Plan {
    let checksum = u32::from_le_bytes(*file.last_chunk().unwrap());
    Plan { fingerprint: S::FINGERPRINT, bytes: file.len() as u32, checksum, ..plan }
}

pub fn frame(message: &Message) -> Vec<u8> {
    let mut bytes = vec![];
    write_message(message, &mut |frame: &[u8]| bytes.extend_from_slice(frame));
    bytes
}

pub fn chunk(plan: u32, index: u32, file: &[u8]) -> Message {
    let (part, mut bytes) = (file.chunks(CHUNK).nth(index as usize).unwrap(), [0; CHUNK]);
    bytes[..part.len()].copy_from_slice(part);
    Message::Chunk { plan, index, bytes, count: part.len() }
}

/// A device with its trainer and rows.
pub struct Board {
    pub device: Device<Net>,
    pub trainer: Learning,
    pub trained: u32,
    /// What the last task failed of.
    pub failed: Option<Error>,
}

impl Board {
    pub fn new() -> Self {
        let mut trainer = Learning::ZERO;
        trainer.network = start(99);
        Board { device: Device::ZERO, trainer, trained: 0, failed: None }
    }

    /// What the device answers to these bytes.
    pub fn hear(&mut self, bytes: &[u8]) -> Vec<u8> {
        let (mut answers, samples) = (vec![], Samples::new(&INPUTS, &CLASSES).unwrap());
        let mut send = |frame: &[u8]| answers.extend_from_slice(frame);
        for &byte in bytes {
            match self.device.receive(byte, &mut send) {
                Some(Task::Train) => {
                    let mut rng = XorShiftRng::seed_from_u64(7);
                    self.failed =
                        self.device.train(&mut self.trainer, &settings(), &samples, &mut rng, &mut send).err();
                    self.trained += 1;
                }
                Some(Task::Evaluate) => {
                    let hit = |logits: &[f32; 2], &class: &usize| (logits[1] > logits[0]) == (class == 1);
                    self.failed = self.device.evaluate(&mut self.trainer, &settings(), &samples, hit, &mut send).err();
                }
                None => {}
            }
        }
        answers
    }

    /// The messages that the device answers.
    pub fn say(&mut self, message: &Message) -> Vec<Message> {
        let mut reader = Reader::EMPTY;
        self.hear(&frame(message)).into_iter().filter_map(|byte| reader.push(byte)).collect()
    }
}

/// A line that harms some of the frames that pass, in one direction.
pub struct Line {
    rng: XorShiftRng,
    held: Vec<u8>,
    /// How many of 256 frames are harmed.
    pub harm: u32,
}

impl Line {
    pub fn new(seed: u64, harm: u32) -> Self {
        Line { rng: XorShiftRng::seed_from_u64(seed), held: vec![], harm }
    }

    /// What comes out at the other end.
    pub fn pass(&mut self, mut frame: Vec<u8>) -> Vec<u8> {
        let mut out = core::mem::take(&mut self.held);
        if frame.is_empty() || self.rng.next_u32() % 256 >= self.harm {
            return [frame, out].concat();
        }
        let place = self.rng.next_u32() as usize % frame.len();
        match self.rng.next_u32() % 6 {
            0 => frame.clear(),
            1 => frame.extend_from_within(..),
            2 => frame.truncate(place),
            3 => frame[place] ^= 1 << (self.rng.next_u32() % 8),
            4 => frame.splice(0..0, [START, 3, self.rng.next_u32() as u8, 7]).for_each(drop),
            _ => core::mem::swap(&mut self.held, &mut frame), // comes behind the next frame
        }
        out.extend_from_slice(&frame);
        out
    }
}

/// A gateway that sends a frame until it hears the answer to it.
pub struct Gateway<'a> {
    pub board: &'a mut Board,
    pub there: Line,
    pub back: Line,
    pub reader: Reader,
    /// How many frames were sent.
    pub sent: u32,
}

impl<'a> Gateway<'a> {
    pub fn new(board: &'a mut Board, seed: u64, harm: u32) -> Self {
        let (there, back) = (Line::new(2 * seed, harm), Line::new(2 * seed + 1, harm));
        Gateway { board, there, back, reader: Reader::EMPTY, sent: 0 }
    }

    fn ask<T>(&mut self, message: &Message, answer: impl Fn(Message) -> Option<T>) -> T {
        for _ in 0..200 {
            let out = self.there.pass(frame(message));
            let heard = self.board.hear(&out);
            self.sent += 1;
            // Each byte alone would pass; frames are what the line harms.
            let mut found = None;
            for byte in self.back.pass(heard) {
                if let Some(message) = self.reader.push(byte) {
                    found = answer(message).or(found);
                }
            }
            if let Some(found) = found {
                return found;
            }
        }
        panic!("no answer to {message:?}");
    }

    /// A whole round. Returns the report and the file with the answer.
    pub fn round(&mut self, plan: Plan, file: &[u8]) -> (Report, Vec<u8>) {
        let (chunks, key) = (Device::<Net>::CHUNKS, plan.key());
        let wanted = |message| match message {
            Message::Want { plan, index } if plan == key => Some(index),
            _ => None,
        };
        let mut next = self.ask(&Message::Begin(plan), wanted);
        while next < chunks {
            next = self.ask(&chunk(key, next, file), wanted);
        }
        let report = self.ask(&Message::Work { plan: key }, |message| match message {
            Message::Done(report) if report.plan == key => Some(report),
            _ => None,
        });
        let mut back = vec![];
        if !plan.evaluate {
            for wanted in 0..chunks {
                back.extend(self.ask(&Message::Give { plan: key, index: wanted }, |message| match message {
                    Message::Chunk { plan, index, bytes, count } if (plan, index) == (key, wanted) => {
                        Some(bytes[..count].to_vec())
                    }
                    _ => None,
                }));
            }
        }
        (report, back)
    }
}
