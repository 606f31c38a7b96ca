//! What the system must provide: crates, C projects and Python extensions as nixpkgs inputs and environment.
//!
//! Knows tables made from nixpkgs' own expressions. A library that no table knows is returned by name in `notes`, never
//! guessed.

pub mod c;
pub mod modules;
pub mod npm;
pub mod python;
pub mod rust;

/// One input and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Attribute path in nixpkgs, for example `openssl` or `rustPlatform.bindgenHook`.
    pub attribute: String,
    /// What asks for it, for example `Cargo.lock openssl-sys 0.9.109`.
    pub evidence: String,
}

/// Everything a source needs from the system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Programs that run while building, sorted by attribute.
    pub native_build_inputs: Vec<Need>,
    /// Libraries, sorted by attribute.
    pub build_inputs: Vec<Need>,
    /// Environment variables with their values, sorted by name; the attribute of a [`Need`] is `NAME=value`.
    pub environment: Vec<Need>,
    /// What a person should know.
    pub notes: Vec<String>,
}

impl Needs {
    /// Adds a program, once.
    pub fn program(&mut self, attribute: &str, evidence: &str) {
        insert(&mut self.native_build_inputs, attribute, evidence);
    }

    /// Adds a library, once.
    pub fn library(&mut self, attribute: &str, evidence: &str) {
        insert(&mut self.build_inputs, attribute, evidence);
    }

    /// Adds a variable, once; `assignment` is `NAME=value`.
    pub fn variable(&mut self, assignment: &str, evidence: &str) {
        insert(&mut self.environment, assignment, evidence);
    }

    /// Adds a note, once.
    pub fn note(&mut self, text: String) {
        if !self.notes.contains(&text) {
            self.notes.push(text);
        }
    }

    /// Takes libraries away that another one in the list hands on to its users in nixpkgs.
    pub(crate) fn drop_propagated(&mut self) {
        for (owner, propagated) in PROPAGATED {
            if self
                .build_inputs
                .iter()
                .any(|need| need.attribute == *owner)
            {
                self.build_inputs
                    .retain(|need| !propagated.contains(&need.attribute.as_str()));
            }
        }
    }
}

fn insert(list: &mut Vec<Need>, attribute: &str, evidence: &str) {
    if let Err(position) = list.binary_search_by(|need| need.attribute.as_str().cmp(attribute)) {
        list.insert(
            position,
            Need {
                attribute: attribute.to_owned(),
                evidence: evidence.to_owned(),
            },
        );
    }
}

/// `propagatedBuildInputs` of the libraries that are written without them in most expressions of nixpkgs.
const PROPAGATED: &[(&str, &[&str])] = &[
    ("libadwaita", &["gtk4"]),
    ("libadwaita", GTK4),
    ("gtk4", GTK4),
    ("gtk3", GTK3),
    ("webkitgtk_4_1", GTK3),
    (
        "pango",
        &["cairo", "harfbuzz", "glib", "fontconfig", "freetype"],
    ),
    ("gdk-pixbuf", &["glib"]),
    ("cairo", &["glib", "fontconfig", "freetype"]),
];
const GTK4: &[&str] = &[
    "cairo",
    "gdk-pixbuf",
    "glib",
    "graphene",
    "harfbuzz",
    "pango",
    "fontconfig",
    "freetype",
];
const GTK3: &[&str] = &[
    "at-spi2-core",
    "cairo",
    "gdk-pixbuf",
    "glib",
    "harfbuzz",
    "pango",
    "fontconfig",
    "freetype",
];
