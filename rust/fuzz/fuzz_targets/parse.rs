//! Nix source: parsed or refused, never worse; what is parsed is kept byte for byte, and formatting comes to rest.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nixsmith_expr::{format, parse};
use rowan::ast::AstNode as _;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(root) = parse::parse(text) else {
        return;
    };
    assert_eq!(root.syntax().to_string(), text);
    if let Ok(formatted) = format::format(text) {
        assert_eq!(format::format(&formatted).as_ref(), Ok(&formatted));
    }
});
