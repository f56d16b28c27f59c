//! All numbers of a row, one after the other.

use core::marker::PhantomData;

use crate::layers::fixed::fixed_layer;
use crate::layers::windows::check_length;
use crate::{Row, Zero};

/// All numbers of a row of two or three axes as `[T; N]`, in the order of the row: a sequence step by step, a
/// picture row by row and pixel by pixel, with the channels of each side by side.
///
/// x: `R`, which is `[[T; C]; L]` with N = L·C, or `[[[T; C]; W]; H]` with N = H·W·C. Another N is a compile
/// error that shows the right one. No parameters, no memory.
///
/// PyTorch's `Flatten` has another order: all steps or pixels of the first channel, then those of the second.
/// The weights of the [`Dense`](crate::Dense) behind it have to be brought into the order of this crate
/// before they are saved in PyTorch:
///
/// ```python
/// w = dense.weight                                                                    # [OUT, N]
/// dense.weight.data = w.reshape(OUT, C, L).permute(0, 2, 1).reshape(OUT, -1)          # a sequence
/// dense.weight.data = w.reshape(OUT, C, H, W).permute(0, 2, 3, 1).reshape(OUT, -1)    # a picture
/// ```
///
/// Keras has the order of this crate.
///
/// ```
/// use bareprop::{Dense, Flatten, MaxPool1d, Parameters};
/// type Net = (MaxPool1d<12, 4, 3, 3>, Flatten<[[f32; 3]; 4], 12>, Dense<12, 2>);
/// assert_eq!(Net::COUNT, 26);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Flatten<R, const N: usize>(PhantomData<R>);

impl<R: Row, const N: usize> Flatten<R, N> {
    /// The layer.
    pub const fn new() -> Self {
        Self::ZERO
    }
}

fixed_layer! {
    [R: Row, const N: usize] Flatten<R, N>, "Flatten", [N as u32], check_length(N, R::WIDTH);
    modules 1; zero blocks None; scalar R::Scalar; R => [R::Scalar; N];
    forward |x: &R, y| copy(x.values(), y);
    backward |_, _, dy, dx: &mut R| copy(dy, dx.values_mut())
}

/// The same numbers.
#[inline(always)]
fn copy<T: Copy>(from: &[T], to: &mut [T]) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to = from;
    }
}
