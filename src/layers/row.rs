//! Rows: the inputs and outputs of layers.

use crate::{Scalar, Zero};

/// A row of numbers: `[T; N]`, a sequence `[[T; C]; L]` (L steps of C channels, time-major), or an image
/// `[[[T; C]; W]; H]` (H rows of W pixels of C channels). A batch is a slice of rows.
///
/// ```
/// use bareprop::Row;
/// fn largest<R: Row<Scalar = f32>>(row: &R) -> f32 { row.values().iter().fold(0.0, |a, &b| a.max(b)) }
/// assert_eq!(largest(&[1.0, 3.0, 2.0]), 3.0);
/// assert_eq!(largest(&[[1.0, 2.0], [4.0, 3.0]]), 4.0); // two steps of two channels
/// assert_eq!(<[[[f32; 3]; 4]; 5]>::WIDTH, 60);
/// ```
pub trait Row: Copy + Zero + 'static {
    /// `f32` or `f64`.
    type Scalar: Scalar;
    /// How many numbers the row has, over all axes.
    const WIDTH: usize;
    /// The numbers of some rows, row by row.
    fn flat(rows: &[Self]) -> &[Self::Scalar];
    /// The numbers of some rows, to be changed.
    fn flat_mut(rows: &mut [Self]) -> &mut [Self::Scalar];

    /// The numbers of this row.
    #[inline(always)]
    fn values(&self) -> &[Self::Scalar] {
        Self::flat(core::slice::from_ref(self))
    }
    /// The numbers of this row, to be changed.
    #[inline(always)]
    fn values_mut(&mut self) -> &mut [Self::Scalar] {
        Self::flat_mut(core::slice::from_mut(self))
    }
}

/// Implements [`Row`] for one number of axes, from the type of the row, how many numbers it has, and one call
/// for each axis that flattens a slice of rows by that axis.
///
/// There is no recursive impl for `[R; N]` with `R: Row`, because with it `f32` would be a row, and literals
/// would be inferred as `f64`.
macro_rules! row {
    ([$($size:ident)*] $row:ty, $width:expr, $($flatten:ident $flatten_mut:ident)*) => {
        impl<T: Scalar, $(const $size: usize),*> Row for $row {
            type Scalar = T;
            const WIDTH: usize = $width;
            #[inline(always)]
            fn flat(rows: &[Self]) -> &[T] {
                rows$(.$flatten())*
            }
            #[inline(always)]
            fn flat_mut(rows: &mut [Self]) -> &mut [T] {
                rows$(.$flatten_mut())*
            }
        }
    };
}

row!([N] [T; N], N, as_flattened as_flattened_mut);
row!([C L] [[T; C]; L], L * C, as_flattened as_flattened_mut as_flattened as_flattened_mut);
row!([C W H] [[[T; C]; W]; H], H * W * C,
    as_flattened as_flattened_mut as_flattened as_flattened_mut as_flattened as_flattened_mut);
