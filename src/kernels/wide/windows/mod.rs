//! The products of a convolution with wide vectors.
//!
//! ```text
//! affine:     for each block of columns, each row of the batch, each tile of 6, 4 or 1 windows:
//!                 sums ← 0;  for each number i of a window:  sums[window] += xᵢ·W[i, block];  y[block] ← sums + b
//! backward:   ∂x ← 0
//!             for each piece of a window, from the last to the first, each block of its numbers, too:
//!                 t ← the block of W, transposed
//!                 for each tile of 6, 4 or 1 rows of the batch, each window:  ∂x[block] += δ·t
//! add_outer:  for each block of columns, each tile of 6, 4 or 1 rows of G:
//!                 sums ← G[tile, block]
//!                 for each row of the batch, each window:  sums[i] += xᵢ·δ[block]
//!                 G[tile, block] ← sums
//! ```
//!
//! These are the tiles and blocks of a matrix, and `mod.rs` explains their sizes; but the kernels are others,
//! because windows overlap:
//!
//! 1. Terms are not cut into pieces of 64. A window of a picture has its numbers in several places, and ∂x
//!    has to take all channels of a window before the next window.
//! 2. A number of the input has the place e in one window and a smaller one in each later window. Backward
//!    takes blocks from the last to the first, so that every sum still takes its windows in order.
//! 3. Backward has the rows of the batch as rows of its tiles, since their sums are independent; those of
//!    neighbouring windows are not.
//! 4. Rows of G whose numbers lie in several pieces share a tile where a piece has less than four numbers, as
//!    the 3 × 3 windows of a picture of one channel.
//! 5. A block that fills its vectors in part is loaded in part, not copied together.
//!
//! Example: kernel 5 × 6 channels, 16 channels come out, 124 windows, 8 rows, AVX2. Affine has one block of
//! 16 columns and tiles of 20 · 6 and 4 windows. Backward has blocks of 14 and 16 numbers and two tiles of 4
//! rows. The outer product has five tiles of 6 rows.

mod affine;
mod backward;
mod outer;

pub(crate) use self::affine::AffineWindows;
pub(crate) use self::backward::BackwardWindows;
pub(crate) use self::outer::{OuterRowsWindows, OuterWindows};
