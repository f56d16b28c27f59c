//! The engine on a desktop: reads a request in JSON from each line, and writes each answer as a line.

use std::io::{self, BufRead, Write};

use playground_engine::engine::Engine;

fn main() -> io::Result<()> {
    let (mut engine, mut payload, mut out) = (Engine::default(), Vec::new(), io::stdout().lock());
    for line in io::stdin().lock().lines() {
        out.write_all(&engine.answer(line?.as_bytes(), &mut payload))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
