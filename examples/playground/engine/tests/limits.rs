//! Bad settings, tables, files and requests: the error names what is wrong, and all is as it was.

mod common;

use common::{Draw, ask, list};
use playground_engine::engine::Engine;
use serde_json::{Value, json};

/// An engine with two runs and a table.
fn engine() -> (Engine, Vec<u8>) {
    let (mut engine, mut payload) = (Engine::default(), table(30).into_bytes());
    assert_eq!(ask(&mut engine, &mut payload, &json!({"call": "own_rows"}))["ok"]["rows"], 30);
    for (run, data) in [(0, "own"), (1, "moons")] {
        let answer =
            ask(&mut engine, &mut payload, &json!({"call": "configure", "run": run, "settings": {"data": data}}));
        assert!(answer["ok"].is_object(), "{answer}");
        ask(&mut engine, &mut payload, &json!({"call": "step", "run": run, "steps": 40}));
    }
    (engine, payload)
}

fn table(rows: usize) -> String {
    (0..rows).map(|row| format!("{},{},{}\n", row, row * row % 7, if row % 2 == 0 { "no" } else { "yes" })).collect()
}

/// All that can be seen of an engine.
fn seen(engine: &mut Engine) -> Vec<Value> {
    let mut seen = Vec::new();
    for run in 0..8 {
        for call in ["status", "settings", "network", "domain", "dropped", "trace"] {
            seen.push(ask(engine, &mut Vec::new(), &json!({"call": call, "run": run})));
        }
    }
    seen
}

/// The error that a request gives, after which all is as it was.
fn refused(engine: &mut Engine, payload: &mut Vec<u8>, request: &Value) -> (String, String) {
    let before = seen(engine);
    let answer = ask(engine, payload, request);
    assert_eq!(seen(engine), before, "{request}");
    let text = |name: &str| answer["error"][name].as_str().unwrap_or_else(|| panic!("{request}: {answer}")).to_string();
    (text("field"), text("reason"))
}

#[test]
fn bad_settings_name_the_field() {
    let (mut engine, mut payload) = engine();
    let layer = |units: Value, more: Value| json!({"layers": [{"units": 2, "activation": "tanh"}, {"units": units, "activation": more}]});
    for (settings, field) in [
        (json!({"data": "sun"}), "data"),
        (json!({"rows": 19}), "rows"),
        (json!({"rows": 20.5}), "rows"),
        (json!({"rows": "many"}), "rows"),
        (json!({"noise": -0.1}), "noise"),
        (json!({"noise": null}), "noise"),
        (json!({"train_share": 0.95}), "train_share"),
        (json!({"features": []}), "features"),
        (json!({"features": ["x1", "x1"]}), "features[1]"),
        (json!({"features": ["x1", "x3"]}), "features[1]"),
        (layer(json!(9), json!("tanh")), "layers[1].units"),
        (layer(json!(0), json!("tanh")), "layers[1].units"),
        (layer(json!(3), json!("step")), "layers[1].activation"),
        (json!({"layers": [{"units": 3, "activation": "relu", "dropout": 0.95}]}), "layers[0].dropout"),
        (json!({"layers": [{"units": 3, "activation": "relu", "width": 1}]}), "layers[0].width"),
        (json!({"layers": [{"activation": "relu"}]}), "units"),
        (json!({"layers": vec![json!({"units": 1, "activation": "relu"}); 5]}), "layers"),
        (json!({"loss": "huber"}), "loss"),
        (json!({"data": "plane", "loss": "binary_cross_entropy"}), "loss"),
        (json!({"data": "plane", "loss": "huber", "huber_threshold": 0.0}), "huber_threshold"),
        (json!({"l2": -1.0}), "l2"),
        (json!({"clip": "norm", "clip_limit": 0.0}), "clip_limit"),
        (json!({"learning_rate": -0.1}), "learning_rate"),
        (json!({"learning_rate": 1e30}), "learning_rate"),
        (json!({"optimizer": "momentum", "momentum": 1.0}), "momentum"),
        (json!({"beta1": 1.0}), "beta1"),
        (json!({"beta2": -0.1}), "beta2"),
        (json!({"epsilon": 0.0}), "epsilon"),
        (json!({"optimizer": "rmsprop", "alpha": 2.0}), "alpha"),
        (json!({"optimizer": "adagrad", "adagrad_epsilon": 2.0}), "adagrad_epsilon"),
        (json!({"optimizer": "adamw", "weight_decay": 1000.0}), "weight_decay"),
        (json!({"decay": "step", "decay_every": 0}), "decay_every"),
        (json!({"decay": "exponential", "decay_factor": 1.5}), "decay_factor"),
        (json!({"decay": "cosine", "decay_steps": 0}), "decay_steps"),
        (json!({"decay": "cosine", "decay_floor": 2.0}), "decay_floor"),
        (json!({"batch_size": 0}), "batch_size"),
        (json!({"seed": -1}), "seed"),
        (json!({"seed": 4_294_967_296_u64}), "seed"),
        (json!({"initialization": "zeros"}), "initialization"),
        (json!({"weight_scale": 0.0}), "weight_scale"),
        (json!({"colour": "red"}), "colour"),
        (json!([]), "settings"),
    ] {
        let request = json!({"call": "configure", "run": 1, "settings": settings});
        let (found, reason) = refused(&mut engine, &mut payload, &request);
        assert!(found == field || found.ends_with(&format!(".{field}")), "{settings}: {found}: {reason}");
        assert!(!reason.is_empty());
    }
}

#[test]
fn bad_calls_change_nothing() {
    let (mut engine, mut payload) = engine();
    for (request, field) in [
        (json!({"call": "configure", "run": 8, "settings": {}}), "run"),
        (json!({"call": "status", "run": 3}), "run"),
        (json!({"call": "status"}), "run"),
        (json!({"call": "step", "run": 0, "steps": 0}), "steps"),
        (json!({"call": "step", "run": 0, "steps": 1e9}), "steps"),
        (json!({"call": "set_weight", "run": 0, "layer": 0, "from": 2, "to": 0, "value": 1.0}), "layer"),
        (json!({"call": "set_weight", "run": 0, "layer": 3, "from": 0, "to": 0, "value": 1.0}), "layer"),
        (json!({"call": "set_weight", "run": 0, "layer": 0, "from": 0, "to": 0, "value": null}), "value"),
        (json!({"call": "set_bias", "run": 0, "layer": 0, "unit": 4, "value": 1.0}), "layer"),
        (json!({"call": "set_bias", "run": 0, "layer": 0, "unit": 0, "value": 1e30}), "value"),
        (json!({"call": "metrics", "run": 0, "part": "all"}), "part"),
        (json!({"call": "six_steps", "run": 0, "rows": 33}), "rows"),
        (json!({"call": "sing", "run": 0}), "call"),
        (json!([1]), "request"),
    ] {
        assert_eq!(refused(&mut engine, &mut payload, &request).0, field, "{request}");
    }
}

#[test]
fn bad_tables_name_line_and_column() {
    let (mut engine, _) = engine();
    let good = table(20);
    let with = |line: usize, text: &str| {
        let mut lines: Vec<&str> = good.lines().collect();
        lines.insert(line - 1, text);
        lines.join("\n").into_bytes()
    };
    let huge = "1,2,no\n3,4,yes\n".repeat(2501).into_bytes();
    for (bytes, expected) in [
        (with(5, "1,two,no"), "line 5, column 2: `two` is not a number"),
        (with(1, "1,two,no"), "line 1, column 2: `two` is not a number"),
        (with(7, "1,2"), "line 7 has 2 columns, but the lines before it have 3"),
        (with(3, "1,2,"), "line 3, column 3: the target is missing"),
        (with(3, "NaN,2,no"), "line 3, column 1: `NaN` is not a number"),
        (with(3, "1e300,2,no"), "line 3, column 1: `1e300` is too large"),
        (with(4, "1,2,maybe"), "column 3: `no` is not a number; a target with more than two"),
        (table(9).into_bytes(), "the table has 9 rows, at least 10"),
        (b"1,2\n3,4\n".repeat(10), "line 1 has 2 columns, at least 3"),
        (b"1;2;no\n3;4,5,6;yes\n".repeat(10), "line 2, column 2: `4,5,6` is not a number"),
        (b"1 2 3\n".repeat(20), "line 2 has 1 column, at least 3 are needed, with commas, semicolons or tabs"),
        (b"1,2,3\n".repeat(20), "the target is `3` in every row"),
        (huge, "more than 5000 rows"),
        (vec![b'1'; 4_000_001], "4000001 bytes"),
        (b"1,2,\xff\n".repeat(20), "line 1, column 3: the text is not UTF-8"),
        (Vec::new(), "0 rows"),
    ] {
        let mut payload = bytes;
        let (field, reason) = refused(&mut engine, &mut payload, &json!({"call": "own_rows"}));
        assert_eq!(field, "own");
        assert!(reason.contains(expected), "{reason:?} does not contain {expected:?}");
    }
    let again = ask(&mut engine, &mut Vec::new(), &json!({"call": "configure", "run": 2, "settings": {"data": "own"}}));
    assert_eq!(again["ok"]["train_rows"].as_u64().zip(again["ok"]["test_rows"].as_u64()), Some((21, 9)), "{again}");
}

#[test]
fn tables_that_are_accepted() {
    for (text, header, problem, classes) in [
        (table(10), false, "classes", json!(["no", "yes"])),
        (format!("\u{feff}a,b,c\r\n{}", table(10).replace('\n', "\r\n")), true, "classes", json!(["no", "yes"])),
        ("1, 2, 10\n1, 2.5e-1, 9\n".repeat(5), false, "classes", json!(["9", "10"])),
        ((0..12).map(|row| format!("{row},1,\"x, y\",{row}\n")).collect(), false, "regression", json!([])),
        ("width,height,kind\n".to_string() + &"1,2,-1\n3,4,1\n".repeat(6), true, "classes", json!(["-1", "1"])),
    ] {
        let (mut engine, mut payload) = (Engine::default(), text.clone().into_bytes());
        let answer = ask(&mut engine, &mut payload, &json!({"call": "own_rows"}));
        let found = &answer["ok"];
        assert_eq!(
            (&found["header"], &found["problem"], &found["classes"]),
            (&json!(header), &json!(problem), &classes),
            "{text}"
        );
        let answer =
            ask(&mut engine, &mut payload, &json!({"call": "configure", "run": 0, "settings": {"data": "own"}}));
        assert!(answer["ok"]["train_loss"].is_number(), "{answer}");
        let answer = ask(&mut engine, &mut payload, &json!({"call": "step", "run": 0, "steps": 50}));
        assert!(answer["ok"].is_object(), "{answer}");
    }
}

#[test]
fn semicolons_tabs_and_decimal_commas_give_the_table_with_commas_and_points() {
    let row = |row: u32| format!("{}.25,{},{}\n", row, row * row % 7, if row.is_multiple_of(2) { "no" } else { "yes" });
    let commas: String = (0..20).map(row).collect();
    let table = |text: &str| playground_engine::own::Own::read(text.as_bytes()).expect("a table");
    let (semicolons, tabs) = (commas.replace(',', ";"), commas.replace(',', "\t"));
    for other in [&semicolons, &tabs, &semicolons.replace('.', ","), &format!("\n{semicolons}")] {
        assert_eq!(table(other), table(&commas), "{other}");
    }
    assert_eq!(table(&format!("\"a;b;c\",,kind\n{commas}")).found.names, ["a;b;c", "column 2", "kind"]);
    assert_eq!(table(&format!("a;b, in m;kind\n{semicolons}")).found.names, ["a", "b, in m", "kind"]);
}

#[test]
fn files_that_do_not_fit_give_the_error_of_the_crate() {
    let (mut engine, mut payload) = engine();
    ask(&mut engine, &mut payload, &json!({"call": "save", "run": 1}));
    let good = payload.clone();
    let changed = |at: usize, to: u8| {
        let mut bytes = good.clone();
        bytes[at] = to;
        bytes
    };
    for (mut bytes, expected) in [
        (good[..good.len() - 1].to_vec(), "bytes, not"),
        (good[..10].to_vec(), "the file has 10 bytes"),
        (Vec::new(), "the file has 0 bytes"),
        (changed(0, b'B'), "this is no file of bareprop"),
        (changed(8, 9), "the file is of version 9"),
        (changed(9, 3), "the file is of kind 3"),
        (changed(9, 1), "another architecture or optimizer"),
        (changed(10, 8), "the numbers of the file have 8 bytes"),
        (changed(12, good[12] ^ 1), "another architecture or optimizer"),
        (changed(40, good[40] ^ 1), "the checksum of the file is wrong"),
        (changed(16, good[16] ^ 1), "the checksum of the file is wrong"),
    ] {
        let (field, reason) = refused(&mut engine, &mut bytes, &json!({"call": "load", "run": 1}));
        assert_eq!(field, "file");
        assert!(reason.contains(expected), "{reason:?} does not contain {expected:?}");
    }
    let other = json!({"call": "configure", "run": 2, "settings": {"optimizer": "amsgrad"}});
    ask(&mut engine, &mut payload, &other);
    let mut file = good.clone();
    let (_, reason) = refused(&mut engine, &mut file, &json!({"call": "load", "run": 2}));
    assert!(reason.contains("another architecture or optimizer"), "{reason}");
    assert!(ask(&mut engine, &mut file, &json!({"call": "load", "run": 1}))["ok"].is_object());
}

/// Training that overflows stops with an error, and goes on after a reset alone.
#[test]
fn a_step_that_cannot_be_taken_stops_the_run() {
    let (mut engine, mut payload) = engine();
    let settings = json!({"data": "plane", "optimizer": "sgd", "learning_rate": 1000.0, "layers": []});
    ask(&mut engine, &mut payload, &json!({"call": "configure", "run": 0, "settings": settings}));
    let step = json!({"call": "step", "run": 0, "steps": 1000});
    let first = ask(&mut engine, &mut payload, &step);
    assert!(first["error"]["reason"].as_str().is_some_and(|reason| reason.starts_with("training stopped")), "{first}");
    assert_eq!(refused(&mut engine, &mut payload, &step).1, first["error"]["reason"].as_str().unwrap_or(""));
    ask(&mut engine, &mut payload, &json!({"call": "reset", "run": 0}));
    let single = ask(&mut engine, &mut payload, &json!({"call": "step", "run": 0, "steps": 1}));
    assert_eq!(single["ok"]["step"], 1, "{single}");
}

/// Requests that were changed at random never panic.
#[test]
fn changed_requests_are_answered() {
    let mut draw = Draw::new(7);
    let (mut engine, _) = engine();
    let settings = list();
    let calls =
        ["configure", "step", "set_weight", "set_bias", "metrics", "six_steps", "load", "own_rows", "trace", "rust"];
    for _ in 0..2000 {
        let request = json!({
            "call": draw.of(&calls), "run": draw.below(9), "settings": settings[draw.below(settings.len())],
            "steps": draw.below(5), "layer": draw.below(6), "from": draw.below(9), "to": draw.below(9),
            "unit": draw.below(9), "value": draw.below(100), "part": "test", "rows": draw.below(40),
        });
        let mut bytes = request.to_string().into_bytes();
        for _ in 0..draw.below(3) {
            let at = draw.below(bytes.len());
            bytes[at] = draw.of(b"0123456789-.,:[]{}\"aex ");
        }
        let mut payload = table(12).into_bytes();
        let at = draw.below(payload.len());
        payload[at] = draw.below(256) as u8;
        let answer = engine.answer(&bytes, &mut payload);
        assert!(serde_json::from_slice::<Value>(&answer).is_ok());
        engine.maps(draw.below(9), draw.below(12), draw.below(12));
        engine.points(draw.below(9));
    }
}
