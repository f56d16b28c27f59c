//! Fields of a request. An error has the path of the field.

use playground_network::activation::Kind;
use playground_network::named::Named;
use serde_json::{Map, Value};

use crate::data::{DataSet, Part};
use crate::error::Wrong;
use crate::features::Feature;
use crate::names::{ClipName, DecayName, InitName, LossName, OptimizerName};

/// A field that can be read from JSON.
pub trait Field: Sized {
    /// Reads it; `path` names it in an error.
    ///
    /// # Errors
    /// It is of another kind.
    fn read(value: &Value, path: &str) -> Result<Self, Wrong>;
}

impl Field for f64 {
    fn read(value: &Value, path: &str) -> Result<Self, Wrong> {
        value.as_f64().ok_or_else(|| Wrong::new(path, "this is not a number"))
    }
}

impl Field for f32 {
    fn read(value: &Value, path: &str) -> Result<Self, Wrong> {
        f64::read(value, path).map(|number| number as f32)
    }
}

impl Field for u32 {
    fn read(value: &Value, path: &str) -> Result<Self, Wrong> {
        let number = f64::read(value, path)?;
        let whole = number as u32;
        if f64::from(whole) == number { Ok(whole) } else { Err(Wrong::new(path, whole_number())) }
    }
}

fn whole_number() -> String {
    format!("this is not a whole number from 0 to {}", u32::MAX)
}

impl Field for usize {
    fn read(value: &Value, path: &str) -> Result<Self, Wrong> {
        u32::read(value, path).map(|number| number as usize)
    }
}

/// A choice among names is read from its name.
macro_rules! choices {
    ($($Choice:ty),*) => {
        $(
            impl Field for $Choice {
                fn read(value: &Value, path: &str) -> Result<Self, Wrong> {
                    choice(value, path)
                }
            }
        )*
    };
}

choices!(Kind, DataSet, Feature, LossName, OptimizerName, DecayName, ClipName, InitName, Part);

fn choice<N: Named>(value: &Value, path: &str) -> Result<N, Wrong> {
    let found = value.as_str().and_then(|text| N::ALL.iter().find(|named| named.name() == text));
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = N::ALL.iter().map(|named| named.name()).collect();
        Wrong::new(path, format!("this is not one of {}", names.join(", ")))
    })
}

/// The object at a path.
///
/// # Errors
/// It is none.
pub fn object<'a>(value: &'a Value, path: &str) -> Result<&'a Map<String, Value>, Wrong> {
    value.as_object().ok_or_else(|| Wrong::new(path, "this is not an object"))
}

/// A list, of which `item` reads each.
///
/// # Errors
/// It is none, or an item is wrong.
pub fn list<T>(value: &Value, path: &str, item: impl Fn(&Value, &str) -> Result<T, Wrong>) -> Result<Vec<T>, Wrong> {
    let items = value.as_array().ok_or_else(|| Wrong::new(path, "this is not a list"))?;
    items.iter().enumerate().map(|(index, value)| item(value, &format!("{path}[{index}]"))).collect()
}

/// A field that has to be there.
///
/// # Errors
/// It is missing or of another kind.
pub fn field<T: Field>(object: &Map<String, Value>, name: &str) -> Result<T, Wrong> {
    T::read(object.get(name).unwrap_or(&Value::Null), name)
}
