//! Flake edits: made or refused, and what is made is Nix, has its comments, and says what was asked for.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nixsmith_expr::edit::{
    Anchor, Document, EditError, ElementPlace, Function, InputFollows, InputRequest, ListTarget,
    Outcome,
};

fn comments(text: &str) -> Vec<String> {
    let tokens = nixsmith_expr::edit::comments(text).into_iter();
    let mut comments: Vec<String> = tokens.map(|it| it.trim_end().to_owned()).collect();
    comments.sort();
    comments
}

/// Refusals are fine, but for those that are our own defect.
fn made(before: &Document, result: Result<Outcome, EditError>) -> Option<Document> {
    match result {
        Ok(outcome) => {
            let mut after = comments(&outcome.text);
            after.extend(outcome.removed_comments.iter().map(|it| it.trim_end().to_owned()));
            after.sort();
            assert_eq!(after, comments(before.text()));
            Some(Document::parse(&outcome.text).expect("an edited text parses"))
        }
        Err(EditError::Unsound { reason }) => panic!("{reason}"),
        Err(_) => None,
    }
}

/// The first line names what is edited, the rest is the text.
fuzz_target!(|bytes: &[u8]| {
    let Ok(input) = std::str::from_utf8(bytes) else {
        return;
    };
    let (name, text) = input.split_once('\n').unwrap_or(("a", input));
    let Ok(document) = Document::parse(text) else {
        return;
    };
    let mut request = InputRequest::new(name, text);
    request.name_in_open_pattern = true;
    request.follows.push(InputFollows {
        input: name.to_owned(),
        target: String::new(),
    });
    if let Some(added) = made(&document, document.add_input(&request)) {
        let again = added.add_input(&request);
        assert!(matches!(again, Err(EditError::InputExists { .. })));
        made(&added, added.set_input_url(name, "x")).expect("what was added is there");
        let removed = added.remove_input(name, true);
        // Another input may follow it, although it was not there.
        if !matches!(removed, Err(EditError::InputFollowed { .. })) {
            let removed = made(&added, removed).expect("it goes again");
            let again = removed.remove_input(name, true);
            assert!(matches!(again, Err(EditError::InputMissing { .. })));
        }
    }
    made(&document, document.set_input_url(name, text));
    if let Some(removed) = made(&document, document.remove_input(name, true)) {
        let again = removed.remove_input(name, true);
        assert!(matches!(again, Err(EditError::InputMissing { .. })));
    }
    let follows = InputFollows {
        input: "x".to_owned(),
        target: name.to_owned(),
    };
    made(&document, document.add_follows(name, &follows));
    made(&document, document.rename_formal(&Function::Main, name, "x", true));
    if let Some(added) = made(&document, document.add_formal(&Function::Main, name, Some("1"))) {
        made(&added, added.remove_formal(&Function::Main, name, true)).expect("it goes again");
    }
    let Ok(path) = name.parse() else {
        return;
    };
    if let Some(set) = made(&document, document.set(&Anchor::Main, &path, "[ 1 ]")) {
        let target = ListTarget {
            anchor: Anchor::Main,
            path: Some(path.clone()),
            number: None,
        };
        let added = set.add_element(&target, "f x", &ElementPlace::Sorted);
        let added = made(&set, added).expect("a list takes an element");
        made(&added, added.remove_element(&target, "f x")).expect("it goes again");
        made(&set, set.remove(&Anchor::Main, &path)).expect("what was set is there");
    }
    made(&document, document.rename(&Anchor::Main, &path, text));
});
