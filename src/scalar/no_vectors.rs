//! `vectors.rs` where there are no wide vectors.

/// Scalars; nothing is asked of them here.
pub trait Lanes: Copy + 'static {}
impl Lanes for f32 {}
impl Lanes for f64 {}
