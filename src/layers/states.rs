//! What a recurrent layer gives of a sequence.

use crate::{Row, Scalar};

/// What a [`Gru`](crate::Gru) gives of a sequence: the last state alone, or all of them.
pub trait States: Send + Sync + 'static {
    /// The output for `L` states of `H` numbers.
    type Row<const L: usize, const H: usize, T: Scalar>: Row<Scalar = T> + Send + Sync;
    /// A name for the fingerprint.
    const NAME: &'static str;
    /// How many of L states the output has.
    fn count(length: usize) -> usize;
}

/// The state after the last step: `[T; H]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastState;

impl States for LastState {
    type Row<const L: usize, const H: usize, T: Scalar> = [T; H];
    const NAME: &'static str = "last";
    #[inline(always)]
    fn count(_: usize) -> usize {
        1
    }
}

/// The states after all steps: `[[T; H]; L]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllStates;

impl States for AllStates {
    type Row<const L: usize, const H: usize, T: Scalar> = [[T; H]; L];
    const NAME: &'static str = "all";
    #[inline(always)]
    fn count(length: usize) -> usize {
        length
    }
}
