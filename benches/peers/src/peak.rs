//! How many multiply-adds this machine does at most, without fused instructions, which bareprop does not use.

use std::arch::x86_64::*;
use std::hint::black_box;

use crate::job::{Call, Job};

/// Multiplications and additions of one call, each counted.
pub const FLOP: usize = 2 * 16 * 12 * 1000;

pub fn make(job: Job) -> Option<Call> {
    match job {
        Job::Peak { bits: 128 } => Some(Box::new(chains_128)),
        // SAFETY: the processor was asked.
        Job::Peak { bits: 256 } if is_x86_feature_detected!("avx2") => Some(Box::new(|| unsafe { chains_256() })),
        Job::Peak { bits: 512 } if is_x86_feature_detected!("avx512f") => Some(Box::new(|| unsafe { chains_512() })),
        _ => None,
    }
}

/// Writes a function that runs twelve independent chains `a ← a·x + y` for as many steps as give `FLOP` operations.
macro_rules! chains {
    ($name:ident, $feature:literal, $lanes:literal, $set:ident, $mul:ident, $add:ident) => {
        #[target_feature(enable = $feature)]
        fn $name() {
            let (x, y) = ($set(black_box(0.999)), $set(black_box(0.001)));
            let mut chains = [$set(1.0); 12];
            for _ in 0..FLOP / (2 * $lanes * 12) {
                for chain in &mut chains {
                    *chain = $add($mul(*chain, x), y);
                }
            }
            black_box(&chains);
        }
    };
}

chains!(chains_128_unchecked, "sse2", 4, _mm_set1_ps, _mm_mul_ps, _mm_add_ps);
chains!(chains_256, "avx2", 8, _mm256_set1_ps, _mm256_mul_ps, _mm256_add_ps);
chains!(chains_512, "avx512f", 16, _mm512_set1_ps, _mm512_mul_ps, _mm512_add_ps);

fn chains_128() {
    // SAFETY: every x86-64 has SSE2.
    #[allow(unused_unsafe, reason = "safe where the target's baseline has it")]
    unsafe {
        chains_128_unchecked();
    }
}
