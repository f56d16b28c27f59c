//! Rows as places that have channels each.

use crate::{Row, Scalar};

/// A row as a list of places with the same channels: the L steps of a sequence `[[T; C]; L]`, the H·W pixels
/// of a picture `[[[T; C]; W]; H]`, or the one place of `[T; C]`.
///
/// ```
/// use bareprop::Places;
/// assert_eq!([[1.0_f32, 2.0], [3.0, 4.0]].places()[1], [3.0, 4.0]);
/// assert_eq!([[[0.0_f32; 3]; 4]; 5].places().len(), 20);
/// ```
pub trait Places: Row {
    /// The channels of a place: `[T; C]`.
    type Channels: Row<Scalar = Self::Scalar>;
    /// The places, in the order of the row.
    fn places(&self) -> &[Self::Channels];
    /// The places, to be changed.
    fn places_mut(&mut self) -> &mut [Self::Channels];
}

impl<T: Scalar, const C: usize> Places for [T; C] {
    type Channels = [T; C];
    #[inline(always)]
    fn places(&self) -> &[[T; C]] {
        core::slice::from_ref(self)
    }
    #[inline(always)]
    fn places_mut(&mut self) -> &mut [[T; C]] {
        core::slice::from_mut(self)
    }
}

impl<T: Scalar, const C: usize, const L: usize> Places for [[T; C]; L] {
    type Channels = [T; C];
    #[inline(always)]
    fn places(&self) -> &[[T; C]] {
        self
    }
    #[inline(always)]
    fn places_mut(&mut self) -> &mut [[T; C]] {
        self
    }
}

impl<T: Scalar, const C: usize, const W: usize, const H: usize> Places for [[[T; C]; W]; H] {
    type Channels = [T; C];
    #[inline(always)]
    fn places(&self) -> &[[T; C]] {
        self.as_flattened()
    }
    #[inline(always)]
    fn places_mut(&mut self) -> &mut [[T; C]] {
        self.as_flattened_mut()
    }
}
