//! What an operation returns, and how every report becomes one JSON document.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// What happened in one operation. Human text, `--json`, SARIF and MCP are renderings of it.
pub trait Report: Serialize + JsonSchema {
    /// The identifier of the operation in the table, `group.verb` or `verb`.
    const OPERATION: &'static str;

    /// Whether the operation found something that makes the exit status 1 although it ran to its end.
    fn has_findings(&self) -> bool {
        false
    }
}

/// The `schema` value of an operation's JSON document: `nixsmith/<group>.<verb>/1`.
#[must_use]
pub fn schema_name(operation: &str) -> String {
    format!("nixsmith/{operation}/1")
}

/// The report as one JSON object whose first key is `schema`.
///
/// # Errors
/// When a report does not serialise to an object; that is a bug.
pub fn document<R: Report>(report: &R) -> anyhow::Result<Value> {
    let Value::Object(fields) = serde_json::to_value(report)? else {
        anyhow::bail!("the report of `{}` is not a JSON object", R::OPERATION);
    };
    let mut object = Map::new();
    object.insert("schema".into(), schema_name(R::OPERATION).into());
    object.extend(fields);
    Ok(Value::Object(object))
}

/// The JSON Schema (2020-12) of the document that [`document`] makes of a report type.
#[must_use]
pub fn json_schema<R: Report>() -> Value {
    let mut schema = schemars::schema_for!(R).to_value();
    let name = schema_name(R::OPERATION);
    if let Some(object) = schema.as_object_mut() {
        object.insert("$id".into(), name.clone().into());
        object.insert("title".into(), name.clone().into());
        let properties = object
            .entry("properties")
            .or_insert_with(|| Map::new().into());
        if let Some(properties) = properties.as_object_mut() {
            properties.insert("schema".into(), serde_json::json!({ "const": name }));
        }
        let required = object
            .entry("required")
            .or_insert_with(|| Vec::<Value>::new().into());
        if let Some(required) = required.as_array_mut() {
            required.insert(0, "schema".into());
        }
    }
    schema
}
