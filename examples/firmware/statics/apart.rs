//! The same with a static for each: the trainer lies in .bss, and the field alone takes flash.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::Zero;
use firmware::placed::{LargeDevice, learn};
use static_cell::ConstStaticCell;

struct State {
    threshold: f32,
}

static TRAINER: ConstStaticCell<LargeDevice> = ConstStaticCell::new(LargeDevice::ZERO);
static STATE: ConstStaticCell<State> = ConstStaticCell::new(State { threshold: 0.5 });

fn program() -> u32 {
    let (Some(trainer), Some(state)) = (TRAINER.try_take(), STATE.try_take()) else { return 0 };
    state.threshold *= 2.0;
    learn(trainer) ^ state.threshold.to_bits()
}
firmware::placed!(program);
