//! Values that are all zeros.

/// A value that is all zeros: +0.0 in every number.
///
/// ```
/// use bareprop::Zero;
/// static BUFFER: [[f32; 3]; 2] = <[[f32; 3]; 2]>::ZERO; // lands in .bss
/// assert_eq!(BUFFER, [[0.0; 3]; 2]);
/// ```
pub trait Zero {
    /// The value. Use it to initialise a `static`; assigned to a local it would travel over the stack.
    /// [What each way costs](crate::docs::statics) is measured.
    const ZERO: Self;
}

impl Zero for () {
    const ZERO: Self = ();
}

impl Zero for f32 {
    const ZERO: Self = 0.0;
}

impl Zero for f64 {
    const ZERO: Self = 0.0;
}

impl<Z: Zero, const N: usize> Zero for [Z; N] {
    const ZERO: Self = [Z::ZERO; N];
}
