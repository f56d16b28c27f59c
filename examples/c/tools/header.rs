//! Writes the header of each network of `src/networks.rs` into a folder: `header FOLDER`.

#[path = "../src/code.rs"]
mod code;
#[path = "../src/constant.rs"]
mod constant;
#[path = "../src/memory.rs"]
mod memory;
#[path = "../src/network.rs"]
mod network;
#[path = "../src/networks.rs"]
mod networks;

use std::{env, fs, io, path::PathBuf};

/// As in the library.
const _: () = code::check(include_str!("../include/bareprop.h"));

/// The header with `$WORD` for what differs from network to network.
const TEMPLATE: &str = include_str!("header.template");

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args_os().nth(1).unwrap_or_else(|| "include".into()));
    for network in networks::ALL {
        fs::write(folder.join(format!("{}.h", network.name)), text(network))?;
    }
    Ok(())
}

/// The header of a network.
fn text(network: &network::Header) -> String {
    let [declaration, meaning] = network.target;
    let capitals = network.name.to_uppercase();
    [
        ("$DECLARATION", declaration.replace('#', &format!("{capitals}_OUTPUTS"))),
        ("$MEANING", meaning.into()),
        ("$LAYERS", network.layers.into()),
        ("$INPUTS", network.inputs.to_string()),
        ("$OUTPUTS", network.outputs.to_string()),
        ("$PARAMETERS", network.parameters.to_string()),
        ("$STATE", network.state.to_string()),
        ("$FILE", network.file.to_string()),
        ("$NAME", capitals),
        ("$name", network.name.into()),
    ]
    .iter()
    .fold(TEMPLATE.into(), |text, (word, value)| text.replace(word, value))
}
