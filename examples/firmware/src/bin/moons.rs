//! The guide's main job on a chip with 128 KB of RAM: 200 epochs of 800 moons.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::{Adam, Zero};
use firmware::chip::{Bits, Fixed};
use firmware::line;
use firmware::moons::State;
use static_cell::ConstStaticCell;

static STATE: ConstStaticCell<State<Adam>> = ConstStaticCell::new(State::ZERO);

fn run() -> bool {
    let Some(state) = STATE.try_take() else { return false };
    let outcome = state.run(Adam::default(), 200, |epoch| {
        if epoch.epoch % 10 == 0 {
            line!("epoch {} loss {}", epoch.epoch, Fixed(epoch.loss));
        }
    });
    let Ok(outcome) = outcome else { return false };
    line!("test accuracy {}", Fixed(outcome.hits as f32 / 200.0));
    line!("bits {}", Bits(outcome.bits));
    true
}

firmware::start!(run);
