//! Checkpoints in the format of the crate, byte for byte those of the trainer that the program in Rust has.
//!
//! `storage::save` writes a header that is fixed by the type. Here the sizes are known at run time, so that the header
//! is written here. The pieces are those of the crate.

use bareprop::storage::{Error, fingerprint};
use crc::{CRC_32_ISO_HDLC, Crc, NoTable};

use crate::state::{Parts, Piece, Snapshot, parts, restore};
use playground_network::chosen::Memory;
use playground_network::learner::Learner;
use playground_network::network::fingerprint_of;

const CRC: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);
const MAGIC: &[u8; 8] = b"bareprop";
const VERSION: u8 = 1;
const HEADER: usize = 20;
const MODEL: u8 = 1;
const CHECKPOINT: u8 = 2;

/// The file of a trainer.
pub fn save(learner: &mut Learner) -> Vec<u8> {
    let print = checkpoint_print(learner);
    let mut body = Vec::new();
    for piece in checkpoint(parts(learner), learner.settings.optimizer.memory()) {
        match piece {
            Piece::Numbers { values, single: true, .. } => {
                values.iter().for_each(|&value| body.extend((value as f32).to_le_bytes()));
            }
            Piece::Numbers { values, .. } => values.iter().for_each(|value| body.extend(value.to_le_bytes())),
            Piece::Count { value, .. } => body.extend(value.to_le_bytes()),
        }
    }
    let mut file = header(CHECKPOINT, print, body.len());
    file.extend(body);
    file.extend(CRC.checksum(&file).to_le_bytes());
    file
}

/// Reads a checkpoint, or a model, after which training starts anew.
///
/// # Errors
/// Those of the crate; the trainer is as it was.
pub fn load(learner: &mut Learner, bytes: &[u8]) -> Result<(), Error> {
    let before = parts(learner);
    if is_model(bytes) {
        let network = read(bytes, MODEL, fingerprint_of(learner.layers()), before.network)?;
        learner.restart();
        let fresh = parts(learner);
        restore(learner, Parts { network, ..fresh });
        return Ok(());
    }
    let (print, memory) = (checkpoint_print(learner), learner.settings.optimizer.memory());
    let pieces = read(bytes, CHECKPOINT, print, checkpoint(before.clone(), memory))?;
    learner.restart();
    let fresh = parts(learner);
    restore(learner, expand(pieces, before, fresh, memory));
    Ok(())
}

/// Whether the header says that it is a model.
pub fn is_model(bytes: &[u8]) -> bool {
    bytes.get(9) == Some(&MODEL)
}

fn header(kind: u8, print: u32, size: usize) -> Vec<u8> {
    let mut header = MAGIC.to_vec();
    header.extend([VERSION, kind, 4, 0]);
    header.extend(print.to_le_bytes());
    header.extend((size as u32).to_le_bytes());
    header
}

/// The fingerprint of the trainer's type.
fn checkpoint_print(learner: &Learner) -> u32 {
    let (network, optimizer) = (fingerprint_of(learner.layers()), &learner.settings.optimizer);
    let state = match optimizer.memory() {
        Memory::None => fingerprint("none", &[]),
        Memory::Velocity | Memory::Squares => network,
        Memory::Moments => fingerprint("moments", &[network]),
        Memory::ThreeMoments => fingerprint("three moments", &[network]),
    };
    fingerprint(optimizer.name(), &[network, state])
}

/// The pieces of a checkpoint: of the state those that the optimizer has.
fn checkpoint(parts: Parts, memory: Memory) -> Snapshot {
    let tensors = parts.mean.len();
    // A state of the type of the network has rates of dropout too, which are 0.
    let rates = vec![rate(); parts.network.len() - tensors];
    let state = match memory {
        Memory::None => Vec::new(),
        Memory::Velocity => [ranged(parts.mean, -f32::MAX), rates].concat(),
        Memory::Squares => [ranged(parts.variance, 0.0), rates].concat(),
        Memory::Moments => [parts.mean, parts.variance, parts.correction].concat(),
        Memory::ThreeMoments => [parts.mean, parts.variance, parts.correction, parts.largest].concat(),
    };
    [parts.network, state, parts.progress].concat()
}

fn rate() -> Piece {
    Piece::Numbers { values: vec![0.0], single: true, low: 0.0, high: f64::from(1.0 - f32::EPSILON) }
}

/// The same tensors with another range.
fn ranged(pieces: Snapshot, least: f32) -> Snapshot {
    let wide = |piece| match piece {
        Piece::Numbers { values, single, .. } => {
            Piece::Numbers { values, single, low: f64::from(least), high: f64::from(f32::MAX) }
        }
        count => count,
    };
    pieces.into_iter().map(wide).collect()
}

/// The state with the pieces of a checkpoint. `fresh` has zeros where the checkpoint has nothing.
fn expand(mut pieces: Snapshot, before: Parts, fresh: Parts, memory: Memory) -> Parts {
    let (network, tensors) = (before.network.len(), before.mean.len());
    let rates = network - tensors;
    let mut take = |count: usize| -> Snapshot { pieces.drain(..Ord::min(count, pieces.len())).collect() };
    let mut parts = Parts { network: take(network), ..fresh };
    match memory {
        Memory::None => {}
        Memory::Velocity => (parts.mean, _) = (take(tensors), take(rates)),
        Memory::Squares => (parts.variance, _) = (take(tensors), take(rates)),
        Memory::Moments => (parts.mean, parts.variance, parts.correction) = (take(tensors), take(tensors), take(1)),
        Memory::ThreeMoments => {
            (parts.mean, parts.variance, parts.correction) = (take(tensors), take(tensors), take(1));
            parts.largest = take(tensors);
        }
    }
    parts.progress = pieces;
    parts
}

/// Reads pieces of the form of `template`, after the checks of the crate, in its order.
fn read(bytes: &[u8], kind: u8, print: u32, template: Snapshot) -> Result<Snapshot, Error> {
    let body = template.iter().map(size).sum::<usize>();
    let (expected, found) = ((HEADER + body + 4) as u64, bytes.len() as u64);
    let &[m0, m1, m2, m3, m4, m5, m6, m7, version, its_kind, scalar, _, f0, f1, f2, f3, ..] = bytes else {
        return Err(Error::Length { expected, found });
    };
    let its_print = u32::from_le_bytes([f0, f1, f2, f3]);
    match () {
        () if found < HEADER as u64 => return Err(Error::Length { expected, found }),
        () if [m0, m1, m2, m3, m4, m5, m6, m7] != *MAGIC => return Err(Error::Magic),
        () if version != VERSION => return Err(Error::Version { found: version }),
        () if its_kind != kind => return Err(Error::Kind { expected: kind, found: its_kind }),
        () if scalar != 4 => return Err(Error::Scalar { expected: 4, found: scalar }),
        () if its_print != print => return Err(Error::Architecture { expected: print, found: its_print }),
        () if found != expected => return Err(Error::Length { expected, found }),
        () => {}
    }
    let (content, checksum) = bytes.split_at(bytes.len() - 4);
    if !bytes.starts_with(&header(kind, print, body)) || CRC.checksum(content).to_le_bytes() != *checksum {
        return Err(Error::Checksum);
    }
    numbers(content.get(HEADER..).unwrap_or(&[]), template)
}

/// How many bytes a piece takes.
fn size(piece: &Piece) -> usize {
    match piece {
        Piece::Numbers { values, single, .. } => values.len() * if *single { 4 } else { 8 },
        Piece::Count { .. } => 4,
    }
}

/// Reads the numbers, and checks that each is in its range.
fn numbers(mut bytes: &[u8], mut pieces: Snapshot) -> Result<Snapshot, Error> {
    (0_u32..).zip(&mut pieces).try_for_each(|(piece, content)| match content {
        Piece::Count { value, most } => {
            *value = u32::from_le_bytes(take(&mut bytes));
            if value <= most { Ok(()) } else { Err(Error::Number { piece, index: 0 }) }
        }
        Piece::Numbers { values, single, low, high } => (0_u32..).zip(values).try_for_each(|(index, value)| {
            let number = if *single {
                f64::from(f32::from_le_bytes(take(&mut bytes)))
            } else {
                f64::from_le_bytes(take(&mut bytes))
            };
            *value = number;
            if number >= *low && number <= *high { Ok(()) } else { Err(Error::Number { piece, index }) }
        }),
    })?;
    Ok(pieces)
}

/// The next bytes.
fn take<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    let Some((first, rest)) = bytes.split_first_chunk::<N>() else { return [0; N] };
    *bytes = rest;
    *first
}
