//! Counts the scaling of 16 features by a scaler that was frozen in `f32`.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::FixedScaler;
use firmware::quadrants::COUNTED;

static SCALER: FixedScaler<16> = FixedScaler { offset: [0.5; 16], factor: [3.0; 16] };

firmware::counted!([[f32; 16]; 1], |rows, sensor, counter| {
    let mut sum = 0.0;
    for _ in 0..COUNTED {
        sensor.fill(rows);
        let [row] = &mut *rows;
        if counter.count(true, || core::hint::black_box(&SCALER).transform(row)).is_err() {
            return 0;
        }
        sum += rows[0][0];
    }
    f32::to_bits(sum)
});
