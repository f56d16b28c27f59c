//! Counts gradient descent without a gradient in memory on the convolutions of the motions: 888 parameters.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::{
    Conv1d, Dense, GlobalAveragePool, MaxPool1d, Online, Parameters, Relu, Settings, Sgd, SoftmaxCrossEntropy,
};
use firmware::quadrants::{COUNTED, WARM_UP};

type Net = (
    Conv1d<20, 18, 6, 12, 3, 1, Relu>,
    MaxPool1d<18, 9, 12, 2>,
    Conv1d<9, 7, 12, 16, 3, 1, Relu>,
    GlobalAveragePool<[[f32; 16]; 7]>,
    Dense<16, 4>,
);

firmware::counted!((Online<Net>, [[f32; 6]; 20]), |memory, sensor, counter| {
    let (online, input) = memory;
    sensor.initialize(&mut online.network);
    const SETTINGS: Settings<SoftmaxCrossEntropy<4>, Sgd> =
        Settings::new(SoftmaxCrossEntropy::new(), Sgd { learning_rate: 0.05 });
    for sample in 0..WARM_UP + COUNTED {
        sensor.fill(input);
        let target = usize::from(input[0][0] > 0.0) + 2 * usize::from(input[0][1] > 0.0);
        if counter.count(sample >= WARM_UP, || online.step(&SETTINGS, input, &target)).is_err() {
            return 0;
        }
    }
    online.network.bits()
});
