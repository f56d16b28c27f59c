//! How long a training step of the largest network takes on this desktop, in microseconds; `check` compares wasm with it.

use std::io::{self, Read};
use std::time::Instant;

use playground_engine::run::Run;
use playground_engine::settings::Settings;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let wrong = |error: playground_engine::error::Wrong| error.reason;
    let settings = Settings::read(&serde_json::from_str(&text)?).map_err(wrong)?;
    let mut run = Run::new(&settings, None).map_err(wrong)?;
    run.step(2000).map_err(wrong)?;
    let mut best = f64::MAX;
    for _ in 0..30 {
        let start = Instant::now();
        run.step(1000).map_err(wrong)?;
        let pace = start.elapsed().as_secs_f64() * 1e3;
        best = if pace < best { pace } else { best };
    }
    println!("{best:.3}");
    Ok(())
}
