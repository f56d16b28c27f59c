//! A smart watch learns from raw measurements what its wearer is doing: a convolution, then a gated recurrent unit.
#![cfg_attr(any(target_os = "none", target_family = "wasm"), no_std, no_main)]

use bareprop::Zero;
use firmware::chip::{Bits, Fixed};
use firmware::line;
use firmware::motions_raw::{Convolution, EPOCHS, Network, Recurrent, State};
use static_cell::ConstStaticCell;

static CONVOLUTION: ConstStaticCell<State<Convolution>> = ConstStaticCell::new(State::ZERO);
static RECURRENT: ConstStaticCell<State<Recurrent>> = ConstStaticCell::new(State::ZERO);

/// Trains, and tells whether 95 % of the test windows and all test recordings are recognised.
fn train<N: Network>(name: &str, state: &mut State<N>) -> bool {
    line!("{}: {} parameters, {} bytes of RAM", name, N::COUNT, State::<N>::BYTES);
    let Ok(outcome) = state.run(EPOCHS, |epoch, loss| line!("epoch {} loss {}", epoch, Fixed(loss))) else {
        return false;
    };
    let share = Fixed(outcome.hits as f32 / outcome.windows as f32);
    line!("{} of {} windows recognised: {}; {} recordings", outcome.hits, outcome.windows, share, outcome.recordings);
    line!("{}-adam-f32 {}", name, Bits(outcome.bits));
    outcome.hits * 100 >= outcome.windows * 95 && outcome.recordings == 40
}

fn run() -> bool {
    let (Some(convolution), Some(recurrent)) = (CONVOLUTION.try_take(), RECURRENT.try_take()) else { return false };
    train("conv1d-12-16-4", convolution) && train("gru-16-4", recurrent)
}

firmware::start!(run);
