//! One static of a trainer and a field that is not zero: all of it lies in .data, whose first value takes flash.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::Zero;
use firmware::placed::{LargeDevice, learn};
use static_cell::ConstStaticCell;

struct State {
    trainer: LargeDevice,
    threshold: f32,
}

static STATE: ConstStaticCell<State> = ConstStaticCell::new(State { trainer: LargeDevice::ZERO, threshold: 0.5 });

fn program() -> u32 {
    let Some(state) = STATE.try_take() else { return 0 };
    state.threshold *= 2.0;
    learn(&mut state.trainer) ^ state.threshold.to_bits()
}
firmware::placed!(program);
