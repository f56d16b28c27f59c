//! Counts the check of the arithmetic.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use firmware::quadrants::COUNTED;

firmware::counted!([f32; 1], |sum, _sensor, counter| {
    let mut right = 0;
    for _ in 0..COUNTED {
        right += u32::from(counter.count(true, bareprop::arithmetic_is_ieee754::<f32>));
    }
    sum[0] += 1.0;
    right
});
