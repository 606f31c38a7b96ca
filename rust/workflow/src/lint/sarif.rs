//! Findings as SARIF 2.1.0, the format that code hosts and editors show beside the source.
//!
//! Source: the OASIS standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".

use std::collections::{BTreeMap, BTreeSet};

use nixsmith_expr::lint::Level;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::explain;
use crate::finding::{Edit, Finding, Fix};

/// The log of one run, written as it is serialised: each result is made when its turn comes. Columns count Unicode code points, paths
/// are relative to where the run started.
pub fn log(findings: &[Finding]) -> impl Serialize {
    let codes: BTreeSet<&str> = findings.iter().map(|finding| &*finding.code).collect();
    let rules = codes.iter().map(|code| rule(code)).collect();
    let order = codes.into_iter().enumerate();
    Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: tool(rules),
            column_kind: "unicodeCodePoints",
            results: Results {
                findings,
                order: order.map(|(at, code)| (code, at)).collect(),
            },
        }],
    }
}

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
struct Log<'f> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'f>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'f> {
    tool: Value,
    column_kind: &'static str,
    results: Results<'f>,
}

/// The findings and the place of each code among the rules.
struct Results<'f> {
    findings: &'f [Finding],
    order: BTreeMap<&'f str, usize>,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let order = |finding: &Finding| self.order.get(&*finding.code).copied();
        let results = self.findings.iter().map(|it| result(it, order(it)));
        serializer.collect_seq(results)
    }
}

fn tool(rules: Vec<Value>) -> Value {
    json!({ "driver": {
        "name": "nixsmith",
        "version": env!("CARGO_PKG_VERSION"),
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "rules": rules,
    }})
}

fn rule(code: &str) -> Value {
    let explanation = explain::explanation(code).unwrap_or_default();
    let summary = explanation.lines().next().unwrap_or(code);
    json!({
        "id": code,
        "shortDescription": { "text": summary },
        "help": { "text": explanation, "markdown": explanation },
    })
}

fn result(finding: &Finding, rule: Option<usize>) -> Value {
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.level),
        "message": { "text": finding.message },
    });
    let Some(object) = result.as_object_mut() else {
        return result;
    };
    if let Some(rule) = rule {
        object.insert("ruleIndex".into(), rule.into());
    }
    if let Some(path) = &finding.path {
        let mut place = json!({ "artifactLocation": artifact(path) });
        if let (Some(region), Some(place)) = (region(finding), place.as_object_mut()) {
            place.insert("region".into(), region);
        }
        object.insert("locations".into(), json!([{ "physicalLocation": place }]));
        if let Some(fix) = &finding.fix {
            object.insert("fixes".into(), json!([fixed(fix, path)]));
        }
    }
    result
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note | Level::Help => "note",
    }
}

/// A path as a relative URI reference.
fn artifact(path: &str) -> Value {
    const KEPT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'.')
        .remove(b'-')
        .remove(b'_')
        .remove(b'~');
    json!({ "uri": percent_encoding::utf8_percent_encode(path, KEPT).to_string() })
}

fn region(finding: &Finding) -> Option<Value> {
    let mut region = serde_json::Map::new();
    region.insert("startLine".into(), finding.line?.into());
    let rest = [
        ("startColumn", finding.column),
        ("endLine", finding.end_line),
        ("endColumn", finding.end_column),
    ];
    for (key, value) in rest {
        if let Some(value) = value {
            region.insert(key.into(), value.into());
        }
    }
    Some(region.into())
}

fn fixed(fix: &Fix, path: &str) -> Value {
    let replacements: Vec<Value> = fix.edits.iter().map(replacement).collect();
    json!({
        "description": { "text": format!("{} ({})", fix.description, fix.class) },
        "artifactChanges": [{ "artifactLocation": artifact(path), "replacements": replacements }],
    })
}

fn replacement(edit: &Edit) -> Value {
    json!({
        "deletedRegion": {
            "startLine": edit.line,
            "startColumn": edit.column,
            "endLine": edit.end_line,
            "endColumn": edit.end_column,
        },
        "insertedContent": { "text": edit.text },
    })
}
