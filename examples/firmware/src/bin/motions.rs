//! A smart watch learns what its wearer is doing, sample by sample.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use firmware::chip::{Bits, Fixed};
use firmware::line;
use firmware::motions::State;
use static_cell::ConstStaticCell;

static STATE: ConstStaticCell<State> = ConstStaticCell::new(State::ZERO);

fn run() -> bool {
    let Some(state) = STATE.try_take() else { return false };
    let Ok(outcome) = state.run(|epoch, loss| line!("epoch {} loss {}", epoch, Fixed(loss))) else { return false };
    line!(
        "{} of {} windows recognised: {}",
        outcome.hits,
        outcome.windows,
        Fixed(outcome.hits as f32 / outcome.windows as f32)
    );
    line!("bits {}", Bits(outcome.bits));
    outcome.hits * 100 >= outcome.windows * 95
}

firmware::start!(run);
