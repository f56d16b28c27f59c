//! A state as a list of pieces: one function for saving and loading, so that the two cannot disagree.

use crate::{Parameters, Scalar, Zero};

/// What is done with the pieces of a state, one after the other: they are counted, written, checked or read.
pub trait Pieces {
    /// Some numbers, which have to lie between `low` and `high`, both included.
    fn numbers<T: Scalar>(&mut self, numbers: &mut [T], low: T, high: T);
    /// A whole number, which has to be at most `most`.
    fn count(&mut self, count: &mut u32, most: u32);
}

/// A state that can be saved and loaded: networks, trainers, scalers.
///
/// For authors of optimizers: the state of an optimizer has to be one. A value of the type of the network is
/// one already, and so is `()`.
pub trait Stored {
    /// The kind of file: 1 for what inference needs, 2 for what training needs.
    const KIND: u8 = 1;
    /// A hash of the type: of all that a file has to agree with, such as the sizes of layers.
    const FINGERPRINT: u32;
    /// The size of its numbers in bytes: 4 for `f32`, 8 for `f64`.
    const SCALAR: u8;
    /// How many bytes the pieces take.
    const BYTES: usize;

    /// Shows every piece, in an order that is part of the format.
    fn pieces(&mut self, pieces: &mut impl Pieces);
}

impl Stored for () {
    const FINGERPRINT: u32 = fingerprint("none", &[]);
    const SCALAR: u8 = 0;
    const BYTES: usize = 0;

    fn pieces(&mut self, _: &mut impl Pieces) {}
}

/// The tensors, then the rates of dropout.
impl<P: Parameters> Stored for P {
    const FINGERPRINT: u32 = <P as Parameters>::FINGERPRINT;
    const SCALAR: u8 = size_of::<P::Scalar>() as u8;
    const BYTES: usize = size_of::<P::Scalar>() * (P::COUNT + P::SETTINGS);

    fn pieces(&mut self, pieces: &mut impl Pieces) {
        network(self, pieces, -P::Scalar::MAX);
    }
}

/// A value of the type of a network, with numbers of at least `low`.
pub(crate) fn network<P: Parameters>(network: &mut P, pieces: &mut impl Pieces, low: P::Scalar) {
    tensors(network, pieces, low, P::Scalar::MAX);
    for index in 0..P::SETTINGS {
        if let Some(rate) = network.setting_mut(index) {
            let most = P::Scalar::ONE - P::Scalar::EPSILON;
            pieces.numbers(core::slice::from_mut(rate), P::Scalar::ZERO, most);
        }
    }
}

/// All tensors of a value of the type of a network.
pub(crate) fn tensors<P: Parameters>(network: &mut P, pieces: &mut impl Pieces, low: P::Scalar, high: P::Scalar) {
    for index in 0..P::TENSORS {
        pieces.numbers(network.tensor_mut(index), low, high);
    }
}

/// The hash of a type: FNV-1a, 32 bits, over its name and the little-endian bytes of `parts`, such as its
/// sizes and the fingerprints of what it contains. Source: Fowler, Noll, Vo (1991).
///
/// ```
/// use bareprop::storage::fingerprint;
/// const SIZES: u32 = fingerprint("Dense", &[2, 64]);
/// assert_ne!(SIZES, fingerprint("Dense", &[64, 2]));
/// ```
pub const fn fingerprint(name: &str, parts: &[u32]) -> u32 {
    let (name, mut hash, mut index) = (name.as_bytes(), 0x811c_9dc5_u32, 0);
    while index < name.len() {
        hash = step(hash, name[index]);
        index += 1;
    }
    let mut part = 0;
    while part < parts.len() {
        let bytes = parts[part].to_le_bytes();
        let mut index = 0;
        while index < bytes.len() {
            hash = step(hash, bytes[index]);
            index += 1;
        }
        part += 1;
    }
    hash
}

/// One step of FNV-1a.
const fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ byte as u32).wrapping_mul(0x0100_0193)
}
