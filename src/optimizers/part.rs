//! Some of the parameters of a network.

use crate::Parameters;

/// Neighbouring parameters of one tensor: a whole tensor, or a piece of it.
///
/// ```
/// use bareprop::{Dense, Identity, Matrix, Part};
/// let layer = Dense::<2, 3, Identity>::new(Matrix([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), [7.0, 8.0, 9.0]);
/// assert_eq!(Part { tensor: 0, start: 2, count: 3 }.of(&layer), [3.0, 4.0, 5.0]);
/// assert_eq!(Part::whole(1).of(&layer), [7.0, 8.0, 9.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The tensor, as [`Parameters::tensor`] counts.
    pub tensor: usize,
    /// The first of the parameters.
    pub start: usize,
    /// How many there are at most; those behind the end of the tensor are left out.
    pub count: usize,
}

impl Part {
    /// All of a tensor.
    pub const fn whole(tensor: usize) -> Self {
        Part { tensor, start: 0, count: usize::MAX }
    }

    /// These parameters of a network, a gradient or a state.
    #[inline(always)]
    pub fn of<P: Parameters>(self, network: &P) -> &[P::Scalar] {
        let rest = network.tensor(self.tensor).get(self.start..).unwrap_or(&[]);
        rest.get(..self.count).unwrap_or(rest)
    }

    /// The same, to be changed.
    #[inline(always)]
    pub fn of_mut<P: Parameters>(self, network: &mut P) -> &mut [P::Scalar] {
        let rest = network.tensor_mut(self.tensor).get_mut(self.start..).unwrap_or(&mut []);
        let count = Ord::min(self.count, rest.len());
        rest.get_mut(..count).unwrap_or(&mut [])
    }
}
