//! Requests and answers.

use serde::Serialize;
use serde_json::Value;

use crate::data::Part;
use crate::error::Wrong;
use crate::own::Own;
use crate::read::{Field, field, object};
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

impl Engine {
    /// Answers a request. `payload` is a table or a file, going in or coming out.
    pub fn answer(&mut self, request: &[u8], payload: &mut Vec<u8>) -> Vec<u8> {
        let request: Value = match serde_json::from_slice(request) {
            Ok(request) => request,
            Err(error) => return json::<()>(Err(Wrong::new("", error.to_string()))),
        };
        let call = request.get("call").and_then(Value::as_str).unwrap_or("");
        match call {
            "defaults" => json(Ok(Settings::default())),
            "own_rows" => json(self.read(payload)),
            "configure" => json(self.configure(&request)),
            "remove" => json(self.remove(&request)),
            _ => match self.chosen(&request) {
                Ok(run) => of_run(run, call, &request, payload),
                Err(error) => json::<()>(Err(error)),
            },
        }
    }

    /// The run that a request names.
    fn chosen(&mut self, request: &Value) -> Result<&mut Run, Wrong> {
        self.run(field(object(request, "request")?, "run")?)
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

    fn configure(&mut self, request: &Value) -> Result<status::Status, Wrong> {
        let request = object(request, "request")?;
        let run = field(request, "run")?;
        self.place(run)?;
        let settings = Settings::read(request.get("settings").unwrap_or(&Value::Null))?;
        let mut made = Run::new(&settings, self.own.as_ref())?;
        let status = status::status(&mut made);
        *self.place(run)? = Some(made);
        Ok(status)
    }

    fn remove(&mut self, request: &Value) -> Result<(), Wrong> {
        *self.place(field(object(request, "request")?, "run")?)? = None;
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

/// Answers what is asked of a run. `web/engine.js` documents each call.
fn of_run(run: &mut Run, call: &str, request: &Value, payload: &mut Vec<u8>) -> Vec<u8> {
    match call {
        "settings" => json(Ok(&run.settings)),
        "reset" => json(Ok(reset(run))),
        "step" => json(number(request, "steps").and_then(|steps| run.step(steps))),
        "epoch" => json(run.epoch()),
        "status" => json(Ok(status::status(run))),
        "network" => json(Ok(values::network(run))),
        "set_weight" => json(set_weight(run, request)),
        "set_bias" => json(set_bias(run, request)),
        "dropped" => json(Ok(run.dropped())),
        "domain" => json(Ok(values::domain(run))),
        "metrics" => json(number(request, "part").and_then(|part: Part| metrics::metrics(run, part == Part::Test))),
        "trace" => json(trace::trace(run)),
        "six_steps" => json(number(request, "rows").and_then(|rows| six_steps::six_steps(run, rows))),
        "save" => json(Ok(save(run, payload))),
        "load" => json(run.load(payload).map(|()| status::status(run))),
        "rust" => json(Ok(source::program(run))),
        _ => json::<()>(Err(Wrong::new("call", "there is no such call"))),
    }
}

fn number<T: Field>(request: &Value, name: &str) -> Result<T, Wrong> {
    field(object(request, "request")?, name)
}

fn reset(run: &mut Run) -> status::Status {
    run.reset();
    status::status(run)
}

fn save(run: &mut Run, payload: &mut Vec<u8>) -> Saved {
    *payload = file::save(&mut run.learner);
    Saved { bytes: payload.len() }
}

fn set_weight(run: &mut Run, request: &Value) -> Result<(), Wrong> {
    let [layer, from, to]: [usize; 3] = [number(request, "layer")?, number(request, "from")?, number(request, "to")?];
    let form = run.learner.layers().get(layer).map(|layer| layer.form);
    let form = form.filter(|form| from < form.inputs && to < form.units);
    let form = form.ok_or_else(|| Wrong::new("layer", format!("layer {layer} has no weight from {from} to {to}")))?;
    run.edit(layer, false, from * form.units + to, number(request, "value")?)
}

fn set_bias(run: &mut Run, request: &Value) -> Result<(), Wrong> {
    run.edit(number(request, "layer")?, true, number(request, "unit")?, number(request, "value")?)
}
