//! A check of the arithmetic that the equal bits rest on.

use core::hint::black_box;

use crate::Scalar;

/// Whether arithmetic is that of IEEE 754 with its defaults: rounded to the nearest number, ties to even;
/// numbers that are not normal kept; no addition fused with a multiplication.
///
/// Rust assumes this of every target. A register of the processor can break it: FPSCR on Cortex-M, FPCR on
/// AArch64, MXCSR on x86-64, `frm` on RISC-V. Training then goes on, to other bits. Call it once, after all
/// code that writes such a register; it takes 35 instructions on a Cortex-M4F. [The page about equal
/// bits](crate::docs::same_bits) says what sets these registers.
///
/// With ε = [`EPSILON`](Scalar::EPSILON) and s the square of [`SQUARABLE`](Scalar::SQUARABLE):
///
/// ```text
/// s·ε, not normal, is kept         (s·ε) / ε = s
/// ties go to the even neighbour    1 + ε/2 = 1    and    (1 + ε) + ε/2 = 1 + 2ε
/// a product is rounded by itself   (1 + ε)·(1 + ε) − (1 + 2ε) = 0; fused, it is ε²
/// ```
///
/// What the bits of a NaN are is not checked, since no result depends on them.
///
/// ```
/// use bareprop::arithmetic_is_ieee754;
/// assert!(arithmetic_is_ieee754::<f32>() && arithmetic_is_ieee754::<f64>());
/// ```
pub fn arithmetic_is_ieee754<T: Scalar>() -> bool {
    // The compiler may not compute with what it cannot know.
    let [one, half, epsilon, root] = black_box([T::ONE, T::from_f64(0.5), T::EPSILON, T::SQUARABLE]);
    let (square, tie, next) = (root * root, half * epsilon, one + epsilon);
    let after_next = next + epsilon;
    let kept = black_box(square * epsilon) / epsilon == square;
    let to_even = one + tie == one && next + tie == after_next;
    // No `black_box` between the product and the sum: a compiler that may fuse them has to be able to.
    let unfused = (next * next - after_next).is_zero();
    kept && to_even && unfused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_here() {
        assert!(arithmetic_is_ieee754::<f32>() && arithmetic_is_ieee754::<f64>());
    }
}
