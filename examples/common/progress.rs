//! The progress of training: a bar on a terminal, plain lines elsewhere. Ctrl-C ends training, not the program.

use std::cell::Cell;
use std::io::{IsTerminal, Write};
use std::ops::{ControlFlow, Deref};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use bareprop::Epoch;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use signal_hook::{consts::SIGINT, flag};

/// How many epochs apart plain lines are.
const EVERY: u32 = 10;

/// A bar on stderr, or a plain line there for every tenth epoch.
pub struct Progress {
    bar: ProgressBar,
    plain: bool,
    /// Whether it was said that Ctrl-C was pressed.
    told: Cell<bool>,
}

/// Progress over `epochs` epochs, with room for the losses.
pub fn progress(epochs: u32) -> Progress {
    LazyLock::force(&INTERRUPTED);
    let bar = bar(u64::from(epochs), "{wide_bar:.cyan/blue} epoch {pos}/{len}  {msg}  {eta} left");
    Progress { bar, plain: !on_terminal(), told: Cell::new(false) }
}

impl Progress {
    /// Shows an epoch. Training ends after it if Ctrl-C was pressed.
    pub fn show(&self, epoch: &Epoch) -> ControlFlow<()> {
        self.show_run("", epoch)
    }

    /// Leaves the bar as it is. What is printed next begins a line.
    pub fn finish(&self) {
        self.bar.abandon();
        if !self.plain {
            line("");
        }
    }

    /// Shows an epoch of the run with this name.
    pub fn show_run(&self, run: &str, epoch: &Epoch) -> ControlFlow<()> {
        let name = if run.is_empty() { String::new() } else { format!("{run}  ") };
        let validation = epoch.validation_loss.map_or(String::new(), |loss| format!("  validation {loss:.4}"));
        let losses = format!("loss {:.4}{validation}", epoch.loss);
        self.bar.set_message(format!("{name}{losses}"));
        self.bar.inc(1);
        if self.plain && epoch.epoch.is_multiple_of(EVERY) {
            line(&format!("{name}epoch {:>4}  {losses}", epoch.epoch));
        }
        if !INTERRUPTED.load(Ordering::Relaxed) {
            return ControlFlow::Continue(());
        }
        if !self.told.replace(true) {
            self.bar.suspend(|| line(&format!("Ctrl-C: training ends after epoch {}", epoch.epoch)));
        }
        ControlFlow::Break(())
    }
}

/// What else indicatif's bar can do.
impl Deref for Progress {
    type Target = ProgressBar;

    fn deref(&self) -> &ProgressBar {
        &self.bar
    }
}

/// A bar of this length, hidden off a terminal.
pub fn bar(length: u64, template: &str) -> ProgressBar {
    let target = if on_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template(template).expect("a valid template");
    ProgressBar::with_draw_target(Some(length), target).with_style(style)
}

/// Whether a bar can move: not in a file, not in a log of CI, not where the cursor cannot go back.
fn on_terminal() -> bool {
    let dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
    std::io::stderr().is_terminal() && !dumb && std::env::var_os("CI").is_none()
}

/// A line on stderr. That nobody reads it is no reason to stop.
fn line(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Whether Ctrl-C was pressed. Pressed again, it ends the program at once.
static INTERRUPTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(|| {
    let pressed = Arc::new(AtomicBool::new(false));
    // Where a handler cannot be set, Ctrl-C ends the program as it does without one.
    let _ = flag::register_conditional_shutdown(SIGINT, 130, pressed.clone());
    let _ = flag::register(SIGINT, pressed.clone());
    pressed
});
