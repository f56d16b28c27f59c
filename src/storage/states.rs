//! What can be stored besides networks: trainers, optimizers' states, scalers.

use super::{Pieces, Stored, fingerprint, tensors};
use crate::{
    AdamState, AmsGradState, Layer, MinMaxScaler, Online, Optimizer, Parameters, RunningScaler, Scalar, StandardScaler,
    Trainer, Zero,
};

impl<P: Parameters> Stored for AdamState<P> {
    const FINGERPRINT: u32 = fingerprint("moments", &[P::FINGERPRINT]);
    const SCALAR: u8 = size_of::<P::Scalar>() as u8;
    const BYTES: usize = size_of::<P::Scalar>() * (2 * P::COUNT + 2);

    fn pieces(&mut self, pieces: &mut impl Pieces) {
        let (zero, one) = (P::Scalar::ZERO, P::Scalar::ONE);
        // No mean of gradients that a step accepts is larger.
        let root = P::Scalar::ROOT_OF_MAX;
        tensors(&mut self.mean, pieces, -root, root);
        tensors(&mut self.variance, pieces, zero, P::Scalar::MAX);
        pieces.numbers(&mut self.correction, zero, one);
    }
}

impl<P: Parameters> Stored for AmsGradState<P> {
    const FINGERPRINT: u32 = fingerprint("three moments", &[P::FINGERPRINT]);
    const SCALAR: u8 = size_of::<P::Scalar>() as u8;
    const BYTES: usize = AdamState::<P>::BYTES + size_of::<P::Scalar>() * P::COUNT;

    fn pieces(&mut self, pieces: &mut impl Pieces) {
        self.adam.pieces(pieces);
        tensors(&mut self.largest, pieces, P::Scalar::ZERO, P::Scalar::MAX);
    }
}

/// The network, the state of the optimizer, the counters, the position in the epoch, the plateau. Rows
/// accumulated since the last update are left out.
impl<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize> Stored for Trainer<N, O, TILE> {
    const KIND: u8 = 2;
    const FINGERPRINT: u32 = fingerprint(O::NAME, &[N::FINGERPRINT, <O::State<N> as Stored>::FINGERPRINT]);
    const SCALAR: u8 = size_of::<N::Scalar>() as u8;
    const BYTES: usize = <N as Stored>::BYTES + <O::State<N> as Stored>::BYTES + 7 * 4 + 2 * 8 + size_of::<N::Scalar>();

    fn pieces(&mut self, pieces: &mut impl Pieces) {
        self.network.pieces(pieces);
        O::pieces(&mut self.state, pieces);
        for count in [&mut self.steps, &mut self.seen, &mut self.epochs, &mut self.progress.rows] {
            pieces.count(count, u32::MAX);
        }
        pieces.numbers(&mut self.progress.sums, 0.0, f64::MAX);
        self.plateau.pieces(pieces);
    }
}

/// The network and the number of steps.
impl<N: Layer> Stored for Online<N> {
    const KIND: u8 = 2;
    const FINGERPRINT: u32 = fingerprint("online", &[N::FINGERPRINT]);
    const SCALAR: u8 = size_of::<N::Scalar>() as u8;
    const BYTES: usize = <N as Stored>::BYTES + 4;

    fn pieces(&mut self, pieces: &mut impl Pieces) {
        self.network.pieces(pieces);
        pieces.count(&mut self.steps, u32::MAX);
    }
}

impl<const N: usize> Stored for StandardScaler<N> {
    const FINGERPRINT: u32 = fingerprint("standard scaler", &[N as u32]);
    const SCALAR: u8 = 8;
    const BYTES: usize = 4 + 16 * N;

    fn pieces(&mut self, pieces: &mut impl Pieces) {
        pieces.count(&mut self.rows, u32::MAX);
        pieces.numbers(&mut self.mean, -f64::MAX, f64::MAX);
        pieces.numbers(&mut self.squares, 0.0, f64::MAX);
    }
}

impl<const N: usize> Stored for MinMaxScaler<N> {
    const FINGERPRINT: u32 = fingerprint("min-max scaler", &[N as u32]);
    const SCALAR: u8 = 8;
    const BYTES: usize = 4 + 16 * N;

    fn pieces(&mut self, pieces: &mut impl Pieces) {
        pieces.count(&mut self.rows, u32::MAX);
        pieces.numbers(&mut self.low, -f64::MAX, f64::MAX);
        pieces.numbers(&mut self.high, -f64::MAX, f64::MAX);
    }
}

impl<const N: usize> Stored for RunningScaler<N> {
    const FINGERPRINT: u32 = fingerprint("running scaler", &[N as u32]);
    const SCALAR: u8 = 8;
    const BYTES: usize = 16 + 16 * N;

    fn pieces(&mut self, pieces: &mut impl Pieces) {
        pieces.numbers(core::slice::from_mut(&mut self.alpha), 0.0, 1.0);
        pieces.numbers(core::slice::from_mut(&mut self.weight), 0.0, 1.0);
        pieces.numbers(&mut self.mean, -f64::MAX, f64::MAX);
        pieces.numbers(&mut self.variance, 0.0, f64::MAX);
    }
}

/// A network or a trainer with the scaler of its inputs, as one file.
///
/// ```
/// use bareprop::{Dense, StandardScaler, Zero, storage::{self, Scaled}};
/// let scaler = StandardScaler::from_rows(&[[1.0_f32, 2.0], [3.0, 5.0]])?;
/// let mut model = Scaled { network: Dense::<2, 1>::ZERO, scaler };
/// let mut size = 0;
/// storage::save(&mut model, |bytes| -> Result<(), ()> { Ok(size += bytes.len()) }).unwrap();
/// assert_eq!(size, storage::bytes::<Scaled<Dense<2, 1>, StandardScaler<2>>>());
/// # Ok::<(), bareprop::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Scaled<N, S> {
    /// The network, or a trainer.
    pub network: N,
    /// The scaler.
    pub scaler: S,
}

impl<N: Zero, S: Zero> Zero for Scaled<N, S> {
    const ZERO: Self = Scaled { network: N::ZERO, scaler: S::ZERO };
}

impl<N: Stored, S: Stored> Stored for Scaled<N, S> {
    const KIND: u8 = N::KIND;
    const FINGERPRINT: u32 = fingerprint("scaled", &[N::FINGERPRINT, S::FINGERPRINT]);
    const SCALAR: u8 = N::SCALAR;
    const BYTES: usize = N::BYTES + S::BYTES;

    fn pieces(&mut self, pieces: &mut impl Pieces) {
        self.network.pieces(pieces);
        self.scaler.pieces(pieces);
    }
}
