//! Schedules: the factor of every step lies within 0 and 1 where the settings are accepted, and nothing panics where not.
#![no_main]

use arbitrary::{Result, Unstructured};
use bareprop::Scalar;
use bareprop_fuzz::settings::schedule;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let u = &mut Unstructured::new(data);
    let _ = u.arbitrary().and_then(|double: bool| if double { run::<f64>(u) } else { run::<f32>(u) });
});

fn run<T: Scalar>(u: &mut Unstructured<'_>) -> Result<()> {
    let schedule = schedule::<T>(u)?;
    for _ in 0..4 {
        let step = u.arbitrary()?;
        let factor = schedule.factor(step);
        let within = factor >= T::ZERO && factor <= T::ONE;
        assert!(within || schedule.check().is_err(), "{schedule:?}: {factor} at step {step}");
    }
    Ok(())
}
