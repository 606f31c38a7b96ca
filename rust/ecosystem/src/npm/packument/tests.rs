use super::*;

#[test]
fn a_packument_is_cut_and_sorted() {
    let packument = r#"{
        "_id": "x", "dist-tags": {"latest": "2.0.0"}, "name": "x", "time": {"1.0.0": "now"},
        "versions": {
            "2.0.0": {"version": "2.0.0"},
            "1.0.0": {
                "version": "1.0.0", "name": "x", "license": "MIT", "engines": {"node": ">=1", "a": 1.50},
                "dist": {"shasum": "s", "tarball": "t", "signatures": [{"keyid": "k"}], "integrity": "i", "fileCount": 3},
                "scripts": {"b": "\u00e9", "a": ""}, "_npmUser": {"name": "n"}
            },
            "0.9.0": {"version": "0.9.0", "dist": "odd"}
        }
    }"#;
    let got = reduce(
        packument.as_bytes(),
        &BTreeSet::from(["1.0.0", "0.9.0", "7.0.0"]),
    )
    .unwrap();
    let expected = concat!(
        r#"{"name":"x","versions":{"0.9.0":{"dist":"odd","version":"0.9.0"},"#,
        r#""1.0.0":{"dist":{"integrity":"i","shasum":"s","tarball":"t"},"engines":{"a":1.5,"node":">=1"},"#,
        r#""name":"x","scripts":{"a":"","b":"é"},"version":"1.0.0"}}}"#
    );
    assert_eq!(String::from_utf8(got).unwrap(), expected);
}

#[test]
fn what_is_no_packument_is_refused() {
    let deep = format!("{{\"x\": {}", "[".repeat(100_000));
    for text in ["", "[]", "{\"versions\": []}", "{} x", &deep] {
        assert!(
            reduce(text.as_bytes(), &BTreeSet::new()).is_err(),
            "{}",
            text.get(..9).unwrap_or(text)
        );
    }
}

#[test]
fn the_slash_of_a_scope_is_escaped() {
    let url = packument_url("@scope/name").ok().unwrap();
    assert_eq!(
        url.as_str(),
        format!("{}/@scope%2fname", Endpoint::Npm.public_url())
    );
}
