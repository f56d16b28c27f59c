//! Counts inference with a convolution in flash: 128 steps of 6 channels, kernel 5, 16 outputs, ReLU, mean, dense to 10.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::{Conv1d, Dense, GlobalAveragePool, Predictor, Relu};
use firmware::quadrants::{COUNTED, scattered, scattered_window};

type Net = (Conv1d<128, 124, 6, 16, 5, 1, Relu>, GlobalAveragePool<[[f32; 16]; 124]>, Dense<16, 10>);

static NETWORK: Net = (Conv1d::new(scattered_window(), [0.125; 16]), GlobalAveragePool::new(), scattered());

firmware::counted!((Predictor<Net>, [[[f32; 6]; 128]; 1]), |memory, sensor, counter| {
    let ((predictor, inputs), mut sum) = (memory, 0.0);
    for _ in 0..COUNTED {
        sensor.fill(&mut inputs[0]);
        let mut logits = [[0.0; 10]];
        if counter.count(true, || predictor.logits(core::hint::black_box(&NETWORK), inputs, &mut logits)).is_err() {
            return 0;
        }
        sum += logits[0][0];
    }
    f32::to_bits(sum)
});
