//! A smart watch whose power goes: training goes on where it was saved last, to the same bits as without a break.
//!
//! Each start goes on for seven epochs, saves after each, and loses what it learns after that. The third start ends with
//! the bits of `motions`. The flash is a file, which chips and desktops share: the first start may be on a desktop, the
//! second on a chip.
#![cfg_attr(target_os = "none", no_std, no_main)]

use bareprop::storage::flash;
use firmware::chip::{Bits, Fixed};
use firmware::image::Image;
use firmware::line;
use firmware::motions::State;
use static_cell::ConstStaticCell;

static STATE: ConstStaticCell<State> = ConstStaticCell::new(State::ZERO);

const RANGE: core::ops::Range<u32> = 0..8192;
const _: () = assert!(flash::least::<State, Image>() <= RANGE.end - RANGE.start);

fn run() -> bool {
    let (Some(state), Ok(mut image)) = (STATE.try_take(), Image::open()) else { return false };
    match flash::load(state, &mut image, RANGE) {
        Ok(Some(found)) => line!("goes on after {} epochs, saved {} times", state.epochs(), found.generation),
        Ok(None) => {
            line!("nothing is saved yet");
            let Ok(()) = state.start() else { return false };
        }
        Err(_) => {
            line!("what lies in flash cannot be used");
            return false;
        }
    }
    for _ in 0..7 {
        if state.done() {
            break;
        }
        let Ok(loss) = state.epoch() else { return false };
        line!("epoch {} loss {}", state.epochs(), Fixed(loss));
        let Ok(_) = flash::save(state, &mut image, RANGE) else { return false };
    }
    if !state.done() {
        line!("the power goes during epoch {}", state.epochs() + 1);
        return state.epoch().is_ok();
    }
    let Ok(outcome) = state.outcome() else { return false };
    line!("{} of {} windows recognised", outcome.hits, outcome.windows);
    line!("bits {}", Bits(outcome.bits));
    true
}

firmware::start!(run);
