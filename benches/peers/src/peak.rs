//! How many multiply-adds this machine does at most, with fused instructions, and without them, as bareprop works.

use std::arch::x86_64::*;
use std::hint::black_box;

use crate::job::{Call, Job};

/// Multiplications and additions of one call, each counted. Every number of lanes and of chains divides it.
pub const FLOP: usize = 2 * 16 * 840 * 25;

/// Writes a function that runs independent chains `a ← a·x + y` for as many steps as give `FLOP` operations.
macro_rules! probe {
    ($name:ident, $feature:literal, $lanes:literal, $set:ident, $mul:ident, $add:ident, $fused:ident) => {
        #[target_feature(enable = $feature)]
        fn $name<const CHAINS: usize, const FUSED: bool>() {
            let (x, y) = ($set(black_box(0.999)), $set(black_box(0.001)));
            let mut chains = [$set(1.0); CHAINS];
            for _ in 0..FLOP / (2 * $lanes * CHAINS) {
                for chain in &mut chains {
                    *chain = if FUSED { $fused(*chain, x, y) } else { $add($mul(*chain, x), y) };
                }
            }
            black_box(&chains);
        }
    };
}

// With 16 registers.
probe!(few_128, "avx2,fma", 4, _mm_set1_ps, _mm_mul_ps, _mm_add_ps, _mm_fmadd_ps);
probe!(few_256, "avx2,fma", 8, _mm256_set1_ps, _mm256_mul_ps, _mm256_add_ps, _mm256_fmadd_ps);
// With 32.
probe!(many_128, "avx512vl,fma", 4, _mm_set1_ps, _mm_mul_ps, _mm_add_ps, _mm_fmadd_ps);
probe!(many_256, "avx512vl,fma", 8, _mm256_set1_ps, _mm256_mul_ps, _mm256_add_ps, _mm256_fmadd_ps);
probe!(many_512, "avx512vl,fma", 16, _mm512_set1_ps, _mm512_mul_ps, _mm512_add_ps, _mm512_fmadd_ps);

/// The probe with a number of chains.
macro_rules! call {
    ($name:ident, $chains:literal, $fused:ident) => {
        // SAFETY: `make` asked the processor.
        if $fused {
            Box::new(|| unsafe { $name::<$chains, true>() })
        } else {
            Box::new(|| unsafe { $name::<$chains, false>() })
        }
    };
}

/// A chain takes a register, and x and y take two: more chains than that would measure memory, and are not done.
pub fn make(job: Job) -> Option<Call> {
    let Job::Peak { chains, bits, fused } = job else { return None };
    let few = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
    let many = few && is_x86_feature_detected!("avx512vl");
    Some(match (bits, chains) {
        (128, 12) if few => call!(few_128, 12, fused),
        (128, 14) if few => call!(few_128, 14, fused),
        (128, 24) if many => call!(many_128, 24, fused),
        (128, 30) if many => call!(many_128, 30, fused),
        (256, 12) if few => call!(few_256, 12, fused),
        (256, 14) if few => call!(few_256, 14, fused),
        (256, 24) if many => call!(many_256, 24, fused),
        (256, 30) if many => call!(many_256, 30, fused),
        (512, 12) if many => call!(many_512, 12, fused),
        (512, 14) if many => call!(many_512, 14, fused),
        (512, 24) if many => call!(many_512, 24, fused),
        (512, 30) if many => call!(many_512, 30, fused),
        _ => return None,
    })
}
