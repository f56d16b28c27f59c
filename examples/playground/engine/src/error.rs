//! What is wrong with a request: which field, and why.

use serde::Serialize;

/// The setting to blame, such as `layers[1].units`, and a sentence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Wrong {
    /// Empty where no setting is to blame.
    pub field: String,
    /// What is wrong.
    pub reason: String,
}

impl Wrong {
    /// An error of a field.
    pub fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Wrong { field: field.into(), reason: reason.into() }
    }
}

/// An error of the library, with the name that the field has in the settings.
impl From<bareprop::Error> for Wrong {
    fn from(error: bareprop::Error) -> Self {
        let field = match error {
            bareprop::Error::Setting { name, .. } => name_here(name),
            bareprop::Error::BatchSize => "batch_size",
            _ => "",
        };
        Wrong::new(field, error.to_string())
    }
}

/// The library's fields have the names of their structs' fields, which are not unique in one flat object.
fn name_here(name: &'static str) -> &'static str {
    match name {
        "clip" => "clip_limit",
        "every" => "decay_every",
        "factor" => "decay_factor",
        "steps" => "decay_steps",
        "floor" => "decay_floor",
        "threshold" => "huber_threshold",
        "test" => "train_share",
        "rate" => "layers",
        other => other,
    }
}
