//! The mean of each window.

use core::marker::PhantomData;
use core::slice::{from_mut, from_ref};

use crate::kernels::inlined_with_vectors;
use crate::layers::fixed::fixed_layer;
use crate::layers::window::{Window, each_window, window, window_mut};
use crate::layers::windows::{check_length, windows};
use crate::{Places, Row, Scalar, Zero};

/// The mean of each channel in each window of a sequence: `y[i][c] = Σ x[i·STRIDE + k][c] / K` over k from 0
/// to K − 1. x: `[[T; C]; L]`, y: `[[T; C]; LOUT]`.
///
/// LOUT = ⌊(L − K) / STRIDE⌋ + 1; another number is a compile error that shows the right one. STRIDE is K
/// where it is not given, so that windows do not overlap. Steps behind the last whole window have no effect,
/// as in PyTorch.
///
/// A sum begins at +0 and takes its steps in their order. No parameters, no memory. A row costs K·C·LOUT
/// additions and C·LOUT divisions forward, and as many backward.
///
/// ```
/// use bareprop::{AveragePool1d, Layer};
/// let pool = AveragePool1d::<5, 2, 2, 2>::new();
/// let mut y = [[[0.0; 2]; 2]];
/// pool.forward::<1>(&[[[1.0, 9.0], [2.0, 8.0], [3.0, 7.0], [4.0, 6.0], [5.0, 5.0]]], &mut (), &mut y, None);
/// assert_eq!(y, [[[1.5, 8.5], [3.5, 6.5]]]);
/// ```
#[doc(alias = "AvgPool1d")]
#[derive(Clone, Debug, PartialEq)]
pub struct AveragePool1d<
    const L: usize,
    const LOUT: usize,
    const C: usize,
    const K: usize,
    const STRIDE: usize = K,
    T = f32,
>(PhantomData<T>);

impl<const L: usize, const LOUT: usize, const C: usize, const K: usize, const STRIDE: usize, T: Scalar>
    AveragePool1d<L, LOUT, C, K, STRIDE, T>
{
    const WINDOW: Window = Window { size: [1, K], stride: [1, STRIDE] };

    /// The layer.
    pub const fn new() -> Self {
        Self::ZERO
    }
}

fixed_layer! {
    [const L: usize, const LOUT: usize, const C: usize, const K: usize, const STRIDE: usize, T: Scalar]
    AveragePool1d<L, LOUT, C, K, STRIDE, T>, "AveragePool1d", [L as u32, C as u32, K as u32, STRIDE as u32],
    check_length(LOUT, windows(L, K, STRIDE));
    modules 1; zero blocks Some(false); scalar T; [[T; C]; L] => [[T; C]; LOUT];
    forward |x, y| mean(&Self::WINDOW, from_ref(x), from_mut(y));
    backward |_, _, dy, dx| share(&Self::WINDOW, from_ref(dy), from_mut(dx))
}

/// The mean of each channel in each window of a picture, K pixels high and wide:
/// `y[i][j][c] = Σ x[i·STRIDE + a][j·STRIDE + b][c] / K²` over a and b from 0 to K − 1.
/// x: `[[[T; C]; W]; H]`, y: `[[[T; C]; WOUT]; HOUT]`.
///
/// HOUT = ⌊(H − K) / STRIDE⌋ + 1, and WOUT likewise; other numbers are compile errors that show the right
/// ones. STRIDE is K where it is not given. Pixels behind the last whole window have no effect.
///
/// A sum begins at +0 and takes its pixels row by row. No parameters, no memory. A row costs K²·C·HOUT·WOUT
/// additions and C·HOUT·WOUT divisions forward, and as many backward.
///
/// ```
/// use bareprop::{AveragePool2d, Layer};
/// let pool = AveragePool2d::<2, 1, 4, 2, 1, 2>::new();
/// let mut y = [[[[0.0]; 2]; 1]];
/// let picture = [[[1.0], [2.0], [3.0], [4.0]], [[5.0], [6.0], [-7.0], [-8.0]]];
/// pool.forward::<1>(&[picture], &mut (), &mut y, None);
/// assert_eq!(y, [[[[3.5], [-2.0]]]]);
/// ```
#[doc(alias = "AvgPool2d")]
#[derive(Clone, Debug, PartialEq)]
pub struct AveragePool2d<
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
> AveragePool2d<H, HOUT, W, WOUT, C, K, STRIDE, T>
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
    AveragePool2d<H, HOUT, W, WOUT, C, K, STRIDE, T>, "AveragePool2d",
    [H as u32, W as u32, C as u32, K as u32, STRIDE as u32],
    {
        check_length(HOUT, windows(H, K, STRIDE));
        check_length(WOUT, windows(W, K, STRIDE));
    };
    modules 1; zero blocks Some(false); scalar T; [[[T; C]; W]; H] => [[[T; C]; WOUT]; HOUT];
    forward |x, y: &mut _| mean(&Self::WINDOW, x, y);
    backward |_, _, dy, dx: &mut _| share(&Self::WINDOW, dy, dx)
}

impl Window {
    /// How many pixels the window has.
    fn pixels<T: Scalar>(&self) -> T {
        let [height, width] = self.size;
        T::from_u32(height.wrapping_mul(width) as u32)
    }
}

inlined_with_vectors! {
    /// y ← the mean of each channel in each window.
    fn mean<T: Scalar, const C: usize, const W: usize, const WOUT: usize>(
        shape: &Window,
        x: &[[[T; C]; W]],
        y: &mut [[[T; C]; WOUT]],
    ) {
        for (place, y) in each_window(shape, y.iter_mut().map(|row| row.iter_mut())) {
            average(y, window(shape, place, x), shape.pixels());
        }
    }
}

inlined_with_vectors! {
    /// ∂x += ∂y / (pixels of a window) for all pixels of each window, window after window.
    fn share<T: Scalar, const C: usize, const W: usize, const WOUT: usize>(
        shape: &Window,
        dy: &[[[T; C]; WOUT]],
        dx: &mut [[[T; C]; W]],
    ) {
        let pixels = shape.pixels::<T>();
        for (place, dy) in each_window(shape, dy) {
            let each = dy.map(|dy| dy / pixels);
            for pixel in window_mut(shape, place, dx) {
                for (dx, &each) in pixel.iter_mut().zip(&each) {
                    *dx += each;
                }
            }
        }
    }
}

/// The mean of each channel over all steps of a sequence or all pixels of a picture: `y[c] = Σ x[i][c] / n`.
/// x: `R`, which is `[[T; C]; L]` with n = L, or `[[[T; C]; W]; H]` with n = H·W. y: `[T; C]`.
///
/// It takes the place of Flatten before a classifier, where the weights would not depend on the length.
/// A sum begins at +0 and takes its places in their order. No parameters, no memory. A row costs n·C
/// additions and C divisions forward, and as many backward.
///
/// In PyTorch it is two modules, `AdaptiveAvgPool1d(1)` and `Flatten()`. Names in files count it as two.
///
/// ```
/// use bareprop::{GlobalAveragePool, Layer};
/// let pool = GlobalAveragePool::<[[f32; 2]; 3]>::new();
/// let mut y = [[0.0; 2]];
/// pool.forward::<1>(&[[[1.0, 6.0], [2.0, 7.0], [3.0, 8.0]]], &mut (), &mut y, None);
/// assert_eq!(y, [[2.0, 7.0]]);
/// ```
/// Source: M. Lin, Q. Chen, S. Yan (2014), "Network In Network".
#[doc(alias = "AdaptiveAvgPool1d")]
#[derive(Clone, Debug, PartialEq)]
pub struct GlobalAveragePool<R>(PhantomData<R>);

impl<R: Places> GlobalAveragePool<R> {
    /// The layer.
    pub const fn new() -> Self {
        Self::ZERO
    }
}

fixed_layer! {
    [R: Places] GlobalAveragePool<R>, "GlobalAveragePool", [R::WIDTH as u32, R::Channels::WIDTH as u32],
    assert!(R::WIDTH > 0, "a mean needs a number");
    modules 2; zero blocks Some(false); scalar R::Scalar; R => R::Channels;
    forward |x: &R, y: &mut R::Channels| {
        let places = x.places();
        average(y.values_mut(), places.iter().map(Row::values), R::Scalar::from_u32(places.len() as u32));
    };
    backward |_, _, dy: &R::Channels, dx: &mut R| {
        let places = dx.places_mut();
        let count = R::Scalar::from_u32(places.len() as u32);
        for place in places {
            for (dx, &dy) in place.values_mut().iter_mut().zip(dy.values()) {
                *dx = dy / count;
            }
        }
    }
}

/// y ← Σ x / count, channel by channel.
#[inline(always)]
fn average<'a, T: Scalar>(y: &mut [T], pixels: impl Iterator<Item = impl AsRef<[T]> + 'a>, count: T) {
    y.fill(T::ZERO);
    for pixel in pixels {
        for (y, &x) in y.iter_mut().zip(pixel.as_ref()) {
            *y += x;
        }
    }
    for y in y {
        *y = *y / count;
    }
}
