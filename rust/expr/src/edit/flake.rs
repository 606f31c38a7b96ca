//! Inputs of a flake, and the arguments of its `outputs`.

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use super::formal::Formals;
use super::order;
use super::tree::{self, Container, Found, Site};
use super::value::Snippet;
use super::{AttributePath, Change, Document, EditError, Outcome, attribute};
use crate::quote;

/// An input to be added.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InputRequest {
    /// Its name: a letter, then letters, digits, `_` and `-`; not `self`.
    pub name: String,
    /// What it is.
    pub source: InputSource,
    /// Inputs of it that are taken from this flake.
    pub follows: Vec<InputFollows>,
    /// Whether it is a flake; `false` writes `flake = false`.
    pub is_flake: bool,
    /// Whether an `outputs` that ends in `...` gets the name as well. One that does not always gets it.
    pub name_in_open_pattern: bool,
}

/// What an input is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum InputSource {
    /// A flake reference as a URL, which may be any text.
    Url(String),
    /// Another input of this flake, or one of its inputs: `nixpkgs`, `utils/systems`.
    Follows(String),
}

/// An input of an input, and what is taken for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InputFollows {
    /// The name that the input has for it.
    pub input: String,
    /// What it follows: an input of this flake, or one of its inputs, `utils/systems`; empty for none at all.
    pub target: String,
}

/// What describes an input that has no URL.
const OTHER_FORMS: [&str; 4] = ["follows", "type", "owner", "path"];

impl InputRequest {
    /// Returns a flake input with a URL and nothing else.
    #[must_use]
    pub fn new(name: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            source: InputSource::Url(url.into()),
            follows: Vec::new(),
            is_flake: true,
            name_in_open_pattern: false,
        }
    }

    /// Returns the attributes of the input, as paths below its name and values.
    fn attributes(&self) -> Result<Vec<(Vec<String>, String)>, EditError> {
        let (name, text) = match &self.source {
            InputSource::Url(url) => ("url", url),
            InputSource::Follows(target) => ("follows", target),
        };
        let mut attributes = vec![(vec![name.to_owned()], quote::string(text)?)];
        if !self.is_flake {
            attributes.push((vec!["flake".to_owned()], "false".to_owned()));
        }
        for follows in &self.follows {
            let path = vec![
                "inputs".to_owned(),
                follows.input.clone(),
                "follows".to_owned(),
            ];
            attributes.push((path, quote::string(&follows.target)?));
        }
        Ok(attributes)
    }
}

/// A document that is a flake.
struct Flake<'document> {
    document: &'document Document,
    set: Container,
}

impl Document {
    /// Says whether it is a flake with this input, in any form.
    #[must_use]
    pub fn has_input(&self, name: &str) -> bool {
        self.flake()
            .is_ok_and(|flake| !flake.input(name).is_empty())
    }

    /// Adds an input, in the form and order of the others, and its name to the arguments of `outputs`.
    ///
    /// # Errors
    /// [`EditError::NoFlake`]; [`EditError::InputExists`] where it is there in any form; [`EditError::InputMissing`] where it
    /// is to follow what is not there; [`EditError::InputName`].
    pub fn add_input(&self, request: &InputRequest) -> Result<Outcome, EditError> {
        let flake = self.flake()?;
        check_name(&request.name)?;
        if let Some(node) = attribute::first_node(&flake.input(&request.name)) {
            return Err(EditError::InputExists {
                name: request.name.clone(),
                position: self.position(&node),
            });
        }
        let targets = request.follows.iter().map(|it| it.target.as_str());
        let source = match &request.source {
            InputSource::Follows(target) => Some(target.as_str()),
            InputSource::Url(_) => None,
        };
        for target in targets.chain(source) {
            flake.require(target)?;
        }
        let mut change = flake.adding(request)?;
        if let Some(formals) = flake.outputs()
            && !formals.has(&request.name)
            && (!formals.is_open() || request.name_in_open_pattern)
        {
            change = change.and(self.adding_formal(&formals, &request.name, None)?);
        }
        self.finish(change)
    }

    /// Removes an input with all that is said about it, its name in the arguments of `outputs`, and what inputs of other
    /// inputs follow it.
    ///
    /// # Errors
    /// [`EditError::InputMissing`]; [`EditError::InputFollowed`] where another input of this flake is nothing but this one;
    /// without `force`, [`EditError::Used`] where `outputs` uses it.
    pub fn remove_input(&self, name: &str, force: bool) -> Result<Outcome, EditError> {
        let flake = self.flake()?;
        let found = flake.input(name);
        let formals = flake.outputs();
        let formal = formals.as_ref().filter(|formals| formals.has(name));
        if found.is_empty() && formal.is_none() {
            return Err(missing(name));
        }
        if !force && let Some(formals) = &formals {
            self.refuse_input_uses(formals, name)?;
        }
        let followers = flake.followers(name)?;
        let mut bindings: Vec<SyntaxNode> = found
            .pieces
            .iter()
            .map(|(piece, _)| piece.syntax().clone())
            .collect();
        let mut change = Change::default();
        for site in &found.sites {
            match site {
                Site::Binding(binding) => bindings.push(binding.syntax().clone()),
                Site::Inherited(inherit, attribute) => {
                    change = change.and(self.drop_inherited(inherit, attribute));
                }
            }
        }
        bindings.extend(followers);
        // What is inside of something that goes is not removed twice.
        let outer = bindings.clone();
        bindings.retain(|node| {
            !outer
                .iter()
                .any(|other| other != node && other.text_range().contains_range(node.text_range()))
        });
        change = change.and(self.removing_bindings(bindings));
        if let Some(formals) = formal {
            change = change.and(self.removing_formal(formals, name)?);
        }
        self.finish(change)
    }

    /// Gives an input another URL.
    ///
    /// # Errors
    /// [`EditError::InputMissing`]; [`EditError::InputForm`] where it is described by something else than a URL.
    pub fn set_input_url(&self, name: &str, url: &str) -> Result<Outcome, EditError> {
        let flake = self.flake()?;
        if flake.input(name).is_empty() {
            return Err(missing(name));
        }
        for attribute in OTHER_FORMS {
            if let Some(node) = attribute::first_node(&flake.find(&["inputs", name, attribute])) {
                return Err(EditError::InputForm {
                    name: name.to_owned(),
                    attribute,
                    position: self.position(&node),
                });
            }
        }
        let path = AttributePath::new(["inputs", name, "url"])?;
        let value = Snippet::parse(&quote::string(url)?)?;
        self.finish(self.setting(&[flake.set], &path, &value)?)
    }

    /// Makes an input's own input follow another one.
    ///
    /// # Errors
    /// [`EditError::InputMissing`] where one of the flake's inputs that this is about is not there;
    /// [`EditError::Exists`] where it follows something already.
    pub fn add_follows(&self, name: &str, follows: &InputFollows) -> Result<Outcome, EditError> {
        let flake = self.flake()?;
        if flake.input(name).is_empty() {
            return Err(missing(name));
        }
        flake.require(&follows.target)?;
        let path = AttributePath::new(["inputs", name, "inputs", &follows.input, "follows"])?;
        let sets = [flake.set];
        if let Some(node) = attribute::first_node(&self.lookup(&sets, &path)) {
            return Err(EditError::Exists {
                path: path.to_string(),
                position: self.position(&node),
            });
        }
        let value = Snippet::parse(&quote::string(&follows.target)?)?;
        self.finish(self.inserting(&sets, &path, &value)?)
    }

    fn flake(&self) -> Result<Flake<'_>, EditError> {
        let Some(Expr::AttrSet(set)) = self.root.expr().map(tree::peel) else {
            return Err(EditError::NoFlake {
                reason: "it is no attribute set",
            });
        };
        let flake = Flake {
            document: self,
            set: Container::Set(set),
        };
        if flake.find(&["outputs"]).is_empty() {
            return Err(EditError::NoFlake {
                reason: "it has no `outputs`",
            });
        }
        Ok(flake)
    }

    fn refuse_input_uses(&self, formals: &Formals, name: &str) -> Result<(), EditError> {
        if formals.has(name) {
            self.refuse_uses(formals, name)?;
        }
        let Some(whole) = formals.whole() else {
            return Ok(());
        };
        let selects = formals.lambda.syntax().descendants();
        let mut selects = selects.filter_map(ast::Select::cast);
        let used = selects.find(|select| {
            let set = select.expr().map(|it| it.to_string());
            let first = select.attrpath().and_then(|path| path.attrs().next());
            set.as_deref() == Some(whole.as_str())
                && first.and_then(|it| tree::name_of(&it)).as_deref() == Some(name)
        });
        match used {
            None => Ok(()),
            Some(select) => Err(EditError::Used {
                name: name.to_owned(),
                position: self.position(select.syntax()),
            }),
        }
    }
}

impl Flake<'_> {
    fn find(&self, names: &[&str]) -> Found {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        tree::find(&self.set, &names)
    }

    fn input(&self, name: &str) -> Found {
        self.find(&["inputs", name])
    }

    /// Returns the function that `outputs` is, where it names its arguments.
    fn outputs(&self) -> Option<Formals> {
        match self.find(&["outputs"]).sites.as_slice() {
            [Site::Binding(binding)] => binding.value().and_then(Formals::find),
            _ => None,
        }
    }

    /// Refuses what is neither an input nor an argument of `outputs`, which makes it one.
    fn require(&self, target: &str) -> Result<(), EditError> {
        let name = target.split('/').next().unwrap_or_default();
        let is_known = name.is_empty()
            || name == "self"
            || !self.input(name).is_empty()
            || self.outputs().is_some_and(|formals| formals.has(name));
        match is_known {
            true => Ok(()),
            false => Err(missing(name)),
        }
    }

    fn adding(&self, request: &InputRequest) -> Result<Change, EditError> {
        let document = self.document;
        let path = AttributePath::new(["inputs", request.name.as_str()])?;
        let home = document.home(std::slice::from_ref(&self.set), &path)?;
        let layout = document.layout();
        let rest = path.names().get(home.consumed..).unwrap_or_default();
        let slot = match home.consumed {
            0 if self.find(&["inputs"]).is_empty() => self.first_slot(),
            _ => None,
        };
        let slot = slot.or_else(|| order::slot(&layout, &home.container, rest, false));
        let slot = slot.ok_or_else(|| EditError::Unsound {
            reason: "a set without brackets".to_owned(),
        })?;
        let attributes = request.attributes()?;
        let pieces = match self.is_nested(&home.container, rest, attributes.len()) {
            false => attributes
                .iter()
                .map(|(inner, value)| {
                    let names: Vec<&String> = rest.iter().chain(inner).collect();
                    Ok(format!("{} = {value};", quote::attribute_path(&names)?))
                })
                .collect::<Result<Vec<String>, EditError>>()?,
            true => {
                let indentation = slot.indentation(&layout);
                let mut out = format!("{} = {{", quote::attribute_path(rest)?);
                for (inner, value) in &attributes {
                    out.extend([layout.newline, &indentation, layout.step()]);
                    out.push_str(&quote::attribute_path(inner)?);
                    out.extend([" = ", value, ";"]);
                }
                out.extend([layout.newline, &indentation, "};"]);
                vec![out]
            }
        };
        Ok(Change::of(slot.write(&layout, &pieces, true)))
    }

    /// Returns the place for the first input: behind the description, else in front of `outputs`.
    fn first_slot(&self) -> Option<order::Slot> {
        let node = |name| attribute::first_node(&self.find(&[name]));
        let layout = self.document.layout();
        let behind = |node: SyntaxNode| order::Slot::paragraph_after(&layout, &node);
        match node("description").and_then(behind) {
            Some(slot) => Some(slot),
            None => order::Slot::before(&node("outputs")?),
        }
    }

    /// Says whether the attributes of a new input stand in a set: as the other inputs say, else where they are several.
    fn is_nested(&self, container: &Container, rest: &[String], count: usize) -> bool {
        let (mut sets, mut dotted, mut long_dotted) = (0, 0, 0);
        for entry in container.entries() {
            let ast::Entry::AttrpathValue(binding) = entry else {
                continue;
            };
            let names = tree::names_of(&binding);
            let parent = rest.len() - 1;
            if tree::common(&names, rest) < parent || names.len() < rest.len() {
                continue;
            }
            let is_set = matches!(binding.value(), Some(Expr::AttrSet(_)));
            match names.len() - rest.len() {
                0 => sets += usize::from(is_set),
                1 => dotted += 1,
                _ => long_dotted += 1,
            }
        }
        match count {
            1 => sets > 0 && dotted == 0,
            _ => sets > 0 || long_dotted == 0,
        }
    }

    /// Returns the bindings that make inputs of other inputs follow `name`.
    fn followers(&self, name: &str) -> Result<Vec<SyntaxNode>, EditError> {
        let mut found = Vec::new();
        let inputs = self.find(&["inputs"]);
        let roots = inputs.sites.iter().filter_map(|site| match site {
            Site::Binding(binding) => Some(binding.syntax()),
            Site::Inherited(..) => None,
        });
        let roots = roots.chain(inputs.pieces.iter().map(|(piece, _)| piece.syntax()));
        for node in roots.flat_map(SyntaxNode::descendants) {
            let Some(binding) = ast::AttrpathValue::cast(node) else {
                continue;
            };
            let Some(Expr::Str(target)) = binding.value() else {
                continue;
            };
            let target = tree::plain_text(&target).unwrap_or_default();
            if target.split('/').next() != Some(name) {
                continue;
            }
            let path = self.full_path(binding.syntax());
            match path
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .as_slice()
            {
                ["inputs", follower, "follows"] if *follower != name => {
                    return Err(EditError::InputFollowed {
                        name: name.to_owned(),
                        follower: (*follower).to_owned(),
                        position: self.document.position(binding.syntax()),
                    });
                }
                ["inputs", _, "inputs", .., "follows"] => {
                    found.push(emptied(binding.syntax(), path.len()));
                }
                _ => {}
            }
        }
        Ok(found)
    }

    /// Returns the names from the flake's set to a binding.
    fn full_path(&self, binding: &SyntaxNode) -> Vec<String> {
        let bindings = binding.ancestors().filter_map(ast::AttrpathValue::cast);
        let mut paths: Vec<Vec<String>> = bindings
            .map(|binding| {
                let names = tree::names_of(&binding).into_iter();
                names.map(Option::unwrap_or_default).collect()
            })
            .collect();
        paths.reverse();
        paths.concat()
    }
}

/// Returns what is left empty without a binding: the outermost binding around it, below the input itself, that has
/// nothing else in it.
fn emptied(binding: &SyntaxNode, depth: usize) -> SyntaxNode {
    let mut node = binding.clone();
    let mut depth = depth;
    while let Some(this) = ast::AttrpathValue::cast(node.clone()) {
        depth = depth.saturating_sub(tree::names_of(&this).len());
        let set = node.parent().and_then(ast::AttrSet::cast);
        let outer = set.as_ref().and_then(|set| set.syntax().parent());
        let Some(outer) = outer.filter(|outer| ast::AttrpathValue::can_cast(outer.kind())) else {
            break;
        };
        let is_only = set.is_some_and(|set| ast::HasEntry::entries(&set).count() == 1);
        // `inputs` and the input's own name stay.
        if !is_only || depth <= 2 {
            break;
        }
        node = outer;
    }
    node
}

fn check_name(name: &str) -> Result<(), EditError> {
    let is_input = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '-'))
        && name != "self"
        && quote::identifier(name).is_ok();
    match is_input {
        true => Ok(()),
        false => Err(EditError::InputName {
            name: name.to_owned(),
        }),
    }
}

fn missing(name: &str) -> EditError {
    EditError::InputMissing {
        name: name.to_owned(),
    }
}
