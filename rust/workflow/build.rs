//! Compiles again when a template changes, which cargo does not see by itself.

#[expect(clippy::disallowed_macros, reason = "cargo reads what is printed")]
fn main() {
    println!("cargo::rerun-if-changed=../../templates/flake");
}
