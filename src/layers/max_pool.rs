//! The largest number of each window.

use core::marker::PhantomData;
use core::slice::{from_mut, from_ref};

use crate::kernels::inlined_with_vectors;
use crate::layers::fixed::fixed_layer;
use crate::layers::window::{Window, each_window, window, window_mut};
use crate::layers::windows::{check_length, windows};
use crate::{Row, Scalar, Zero};

/// The largest number of each channel in each window of a sequence: `y[i][c] = max x[i·STRIDE + k][c]` over k
/// from 0 to K − 1. x: `[[T; C]; L]`, y: `[[T; C]; LOUT]`.
///
/// LOUT = ⌊(L − K) / STRIDE⌋ + 1; another number is a compile error that shows the right one. STRIDE is K
/// where it is not given, so that windows do not overlap. Steps behind the last whole window have no effect,
/// as in PyTorch.
///
/// The gradient of an output goes to the first step of its window that has the largest number, as in PyTorch.
/// No parameters, no memory. A row costs K·C·LOUT comparisons forward, and as many backward.
///
/// ```
/// use bareprop::{Layer, MaxPool1d};
/// let pool = MaxPool1d::<5, 2, 2, 2>::new();
/// let mut y = [[[0.0; 2]; 2]];
/// pool.forward::<1>(&[[[1.0, 9.0], [2.0, 8.0], [3.0, 7.0], [4.0, 6.0], [5.0, 5.0]]], &mut (), &mut y, None);
/// assert_eq!(y, [[[2.0, 9.0], [4.0, 7.0]]]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MaxPool1d<
    const L: usize,
    const LOUT: usize,
    const C: usize,
    const K: usize,
    const STRIDE: usize = K,
    T = f32,
>(PhantomData<T>);

impl<const L: usize, const LOUT: usize, const C: usize, const K: usize, const STRIDE: usize, T: Scalar>
    MaxPool1d<L, LOUT, C, K, STRIDE, T>
{
    const WINDOW: Window = Window { size: [1, K], stride: [1, STRIDE] };

    /// The layer.
    pub const fn new() -> Self {
        Self::ZERO
    }
}

fixed_layer! {
    [const L: usize, const LOUT: usize, const C: usize, const K: usize, const STRIDE: usize, T: Scalar]
    MaxPool1d<L, LOUT, C, K, STRIDE, T>, "MaxPool1d", [L as u32, C as u32, K as u32, STRIDE as u32],
    check_length(LOUT, windows(L, K, STRIDE));
    modules 1; zero blocks None; scalar T; [[T; C]; L] => [[T; C]; LOUT];
    forward |x, y| max(&Self::WINDOW, from_ref(x), from_mut(y));
    backward |x, y, dy, dx| give_back(&Self::WINDOW, from_ref(x), from_ref(y), from_ref(dy), from_mut(dx))
}

/// The largest number of each channel in each window of a picture, K pixels high and wide:
/// `y[i][j][c] = max x[i·STRIDE + a][j·STRIDE + b][c]` over a and b from 0 to K − 1. x: `[[[T; C]; W]; H]`,
/// y: `[[[T; C]; WOUT]; HOUT]`.
///
/// HOUT = ⌊(H − K) / STRIDE⌋ + 1, and WOUT likewise; other numbers are compile errors that show the right
/// ones. STRIDE is K where it is not given. Pixels behind the last whole window have no effect.
///
/// The gradient of an output goes to the first pixel of its window that has the largest number, row by row,
/// as in PyTorch. No parameters, no memory. A row costs K²·C·HOUT·WOUT comparisons forward, and as many
/// backward.
///
/// ```
/// use bareprop::{Layer, MaxPool2d};
/// let pool = MaxPool2d::<2, 1, 4, 2, 1, 2>::new();
/// let mut y = [[[[0.0]; 2]; 1]];
/// let picture = [[[1.0], [2.0], [3.0], [4.0]], [[5.0], [6.0], [-7.0], [-8.0]]];
/// pool.forward::<1>(&[picture], &mut (), &mut y, None);
/// assert_eq!(y, [[[[6.0], [4.0]]]]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MaxPool2d<
    const H: usize,
    const HOUT: usize,
    const W: usize,
    const WOUT: usize,
    const C: usize,
    const K: usize,
    const STRIDE: usize = K,
    T = f32,
>(PhantomData<T>);

impl<
    const H: usize,
    const HOUT: usize,
    const W: usize,
    const WOUT: usize,
    const C: usize,
    const K: usize,
    const STRIDE: usize,
    T: Scalar,
> MaxPool2d<H, HOUT, W, WOUT, C, K, STRIDE, T>
{
    const WINDOW: Window = Window { size: [K, K], stride: [STRIDE, STRIDE] };

    /// The layer.
    pub const fn new() -> Self {
        Self::ZERO
    }
}

fixed_layer! {
    [const H: usize, const HOUT: usize, const W: usize, const WOUT: usize, const C: usize, const K: usize,
     const STRIDE: usize, T: Scalar]
    MaxPool2d<H, HOUT, W, WOUT, C, K, STRIDE, T>, "MaxPool2d",
    [H as u32, W as u32, C as u32, K as u32, STRIDE as u32],
    {
        check_length(HOUT, windows(H, K, STRIDE));
        check_length(WOUT, windows(W, K, STRIDE));
    };
    modules 1; zero blocks None; scalar T; [[[T; C]; W]; H] => [[[T; C]; WOUT]; HOUT];
    forward |x, y: &mut _| max(&Self::WINDOW, x, y);
    backward |x, y, dy, dx: &mut _| give_back(&Self::WINDOW, x, y, dy, dx)
}

inlined_with_vectors! {
    /// y ← the largest number of each channel in each window; NaN where there is one.
    #[expect(clippy::eq_op, reason = "only NaN differs from itself")]
    fn max<T: Scalar, const C: usize, const W: usize, const WOUT: usize>(
        shape: &Window,
        x: &[[[T; C]; W]],
        y: &mut [[[T; C]; WOUT]],
    ) {
        for (place, y) in each_window(shape, y.iter_mut().map(|row| row.iter_mut())) {
            let mut pixels = window(shape, place, x);
            if let Some(first) = pixels.next() {
                *y = *first;
            }
            for pixel in pixels {
                for (y, &x) in y.iter_mut().zip(pixel) {
                    if x > *y || x != x {
                        *y = x;
                    }
                }
            }
        }
    }
}

inlined_with_vectors! {
    /// ∂x += ∂y at the first pixel of each window that has the largest number, window after window.
    fn give_back<T: Scalar, const C: usize, const W: usize, const WOUT: usize>(
        shape: &Window,
        x: &[[[T; C]; W]],
        y: &[[[T; C]; WOUT]],
        dy: &[[[T; C]; WOUT]],
        dx: &mut [[[T; C]; W]],
    ) {
        let outputs = y.iter().zip(dy).map(|(y, dy)| y.iter().zip(dy));
        for (place, (y, dy)) in each_window(shape, outputs) {
            let mut given = [false; C];
            for (x, dx) in window(shape, place, x).zip(window_mut(shape, place, dx)) {
                let channels = x.iter().zip(dx).zip(y.iter().zip(dy));
                for (((x, dx), (y, &dy)), given) in channels.zip(&mut given) {
                    if !*given && x == y {
                        *dx += dy;
                        *given = true;
                    }
                }
            }
        }
    }
}
