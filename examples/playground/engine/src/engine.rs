//! Requests and answers.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Wrong;
use crate::own::Own;
use crate::run::Run;
use crate::settings::Settings;
use crate::{file, metrics, pictures, six_steps, source, status, trace, values};

/// How many runs there are at most.
pub const RUNS: usize = 8;

/// Up to 8 runs, and the own table.
#[derive(Default)]
pub struct Engine {
    runs: [Option<Run>; RUNS],
    own: Option<Own>,
}

/// What can be asked for. `web/engine.js` documents each.
#[derive(Deserialize)]
#[serde(tag = "call", rename_all = "snake_case")]
enum Request {
    Defaults,
    Configure { run: usize, settings: Value },
    Settings { run: usize },
    Remove { run: usize },
    Reset { run: usize },
    Step { run: usize, steps: u32 },
    Epoch { run: usize },
    Status { run: usize },
    Network { run: usize },
    SetWeight { run: usize, layer: usize, from: usize, to: usize, value: f32 },
    SetBias { run: usize, layer: usize, unit: usize, value: f32 },
    Dropped { run: usize },
    Domain { run: usize },
    OwnRows,
    Metrics { run: usize, part: Part },
    Trace { run: usize },
    SixSteps { run: usize, rows: usize },
    Save { run: usize },
    Load { run: usize },
    Rust { run: usize },
}

/// A part of the rows.
#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    Train,
    Test,
}

/// `{"ok": …}` or `{"error": {"field": …, "reason": …}}`.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Answer<T> {
    Ok(T),
    Error(Wrong),
}

/// How many bytes a file has, which is in the payload.
#[derive(Serialize)]
struct Saved {
    bytes: usize,
}

fn json<T: Serialize>(answer: Result<T, Wrong>) -> Vec<u8> {
    let answer = match answer {
        Ok(value) => Answer::Ok(value),
        Err(error) => Answer::Error(error),
    };
    serde_json::to_vec(&answer).unwrap_or_default()
}

/// Reads settings; an error has the path of the field.
fn read_settings(value: Value) -> Result<Settings, Wrong> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        Wrong::new(if path == "." { "" } else { &path }, error.inner().to_string())
    })
}

impl Engine {
    /// Answers a request. `payload` is a table or a file, going in or coming out.
    pub fn answer(&mut self, request: &[u8], payload: &mut Vec<u8>) -> Vec<u8> {
        match serde_json::from_slice(request) {
            Ok(request) => self.respond(request, payload),
            Err(error) => json::<()>(Err(Wrong::new("", error.to_string()))),
        }
    }

    fn respond(&mut self, request: Request, payload: &mut Vec<u8>) -> Vec<u8> {
        match request {
            Request::Defaults => json(Ok(Settings::default())),
            Request::Configure { run, settings } => json(self.configure(run, settings)),
            Request::Settings { run } => json(self.run(run).map(|run| run.settings.clone())),
            Request::Remove { run } => json(self.remove(run)),
            Request::Reset { run } => json(self.run(run).map(|run| {
                run.reset();
                status::status(run)
            })),
            Request::Step { run, steps } => json(self.run(run).and_then(|run| run.step(steps))),
            Request::Epoch { run } => json(self.run(run).and_then(Run::epoch)),
            Request::Status { run } => json(self.run(run).map(status::status)),
            Request::Network { run } => json(self.run(run).map(|run| values::network(run))),
            Request::SetWeight { run, layer, from, to, value } => {
                json(self.run(run).and_then(|run| set_weight(run, layer, from, to, value)))
            }
            Request::SetBias { run, layer, unit, value } => {
                json(self.run(run).and_then(|run| run.edit(layer, true, unit, value)))
            }
            Request::Dropped { run } => json(self.run(run).map(Run::dropped)),
            Request::Domain { run } => json(self.run(run).map(|run| values::domain(run))),
            Request::OwnRows => json(self.read(payload)),
            Request::Metrics { run, part } => {
                json(self.run(run).and_then(|run| metrics::metrics(run, part == Part::Test)))
            }
            Request::Trace { run } => json(self.run(run).and_then(trace::trace)),
            Request::SixSteps { run, rows } => json(self.run(run).and_then(|run| six_steps::six_steps(run, rows))),
            Request::Save { run } => json(self.run(run).map(|run| {
                *payload = file::save(&mut *run.learner);
                Saved { bytes: payload.len() }
            })),
            Request::Load { run } => json(self.run(run).and_then(|run| {
                run.load(payload)?;
                Ok(status::status(run))
            })),
            Request::Rust { run } => json(self.run(run).map(source::program)),
        }
    }

    /// A run.
    ///
    /// # Errors
    /// There is none with this number.
    pub fn run(&mut self, run: usize) -> Result<&mut Run, Wrong> {
        let missing = || Wrong::new("run", format!("there is no run {run}"));
        self.runs.get_mut(run).and_then(Option::as_mut).ok_or_else(missing)
    }

    fn place(&mut self, run: usize) -> Result<&mut Option<Run>, Wrong> {
        self.runs.get_mut(run).ok_or_else(|| Wrong::new("run", format!("{run} is not between 0 and {}", RUNS - 1)))
    }

    fn configure(&mut self, run: usize, settings: Value) -> Result<status::Status, Wrong> {
        let settings = read_settings(settings)?;
        let mut made = Run::new(&settings, self.own.as_ref())?;
        let status = status::status(&mut made);
        *self.place(run)? = Some(made);
        Ok(status)
    }

    fn remove(&mut self, run: usize) -> Result<(), Wrong> {
        *self.place(run)? = None;
        Ok(())
    }

    fn read(&mut self, table: &[u8]) -> Result<crate::own::Found, Wrong> {
        let own = Own::read(table)?;
        let found = own.found.clone();
        self.own = Some(own);
        Ok(found)
    }

    /// Heat maps; nothing where there is no such run.
    pub fn maps(&mut self, run: usize, small: usize, large: usize) -> Vec<f32> {
        self.run(run).and_then(|run| pictures::maps(run, small, large)).unwrap_or_default()
    }

    /// All rows; nothing where there is no such run.
    pub fn points(&mut self, run: usize) -> Vec<f32> {
        self.run(run).map(|run| pictures::points(run)).unwrap_or_default()
    }
}

fn set_weight(run: &mut Run, layer: usize, from: usize, to: usize, value: f32) -> Result<(), Wrong> {
    let form = run.learner.layers().get(layer).map(|layer| layer.form);
    let form = form.filter(|form| from < form.inputs && to < form.units);
    let form = form.ok_or_else(|| Wrong::new("layer", format!("layer {layer} has no weight from {from} to {to}")))?;
    run.edit(layer, false, from * form.units + to, value)
}
