//! What differs between two forms, field by field.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Path of the field in the form, such as `parties.1.role`.
    pub field: String,
    /// What the first form holds; empty where it holds nothing.
    pub before: String,
    /// What the second form holds; empty where it holds nothing.
    pub after: String,
}

/// The fields whose values differ, by path; fields that only the second has come last.
pub fn differences<T: Serialize>(before: &T, after: &T) -> Vec<Difference> {
    let (mut order, mut rows) = (Vec::new(), BTreeMap::<String, (String, String)>::new());
    for (value, is_after) in [(before, false), (after, true)] {
        let mut leaves = Vec::new();
        flatten(&serde_json::to_value(value).unwrap_or_default(), &mut String::new(), &mut leaves);
        for (path, text) in leaves {
            let row = rows.entry(path.clone()).or_insert_with(|| {
                order.push(path);
                Default::default()
            });
            *(if is_after { &mut row.1 } else { &mut row.0 }) = text;
        }
    }
    order
        .into_iter()
        .filter_map(|field| {
            let (before, after) = rows.remove(&field)?;
            (before != after).then_some(Difference { field, before, after })
        })
        .collect()
}

fn flatten(value: &Value, path: &mut String, leaves: &mut Vec<(String, String)>) {
    let mut step = |name: &str, value: &Value| {
        let length = path.len();
        if length > 0 {
            path.push('.');
        }
        path.push_str(name);
        flatten(value, path, leaves);
        path.truncate(length);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| step(name, value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(i, value)| step(&i.to_string(), value)),
        // Browsers end the lines of a field their own way.
        Value::String(text) => leaves.push((path.clone(), text.replace("\r\n", "\n"))),
        Value::Null => leaves.push((path.clone(), String::new())),
        other => leaves.push((path.clone(), other.to_string())),
    }
}
