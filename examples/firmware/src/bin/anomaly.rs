//! A sensor on a motor learns how it vibrates, and finds four faults.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use firmware::anomaly::State;
use firmware::chip::Bits;
use firmware::line;
use static_cell::ConstStaticCell;

static STATE: ConstStaticCell<State> = ConstStaticCell::new(State::ZERO);

fn run() -> bool {
    let Some(state) = STATE.try_take() else { return false };
    let Ok(outcome) = state.run() else { return false };
    let [healthy, alarms] = outcome.healthy;
    line!("{} of 4 faults found, {} false alarms in {} windows", outcome.found, alarms, healthy);
    line!("bits {}", Bits(outcome.bits));
    outcome.found == 4 && alarms * 100 <= healthy * 3
}

firmware::start!(run);
