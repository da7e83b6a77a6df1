//! What is anchored to ranges: named and protected ranges, filters, conditional formats, banding.
//! Filters are stored and listed; rows are not hidden by them.

use serde_json::{Map, Value, json};

use crate::google::batch::{Context, Reply};
use crate::google::document::{Document, without_zero_ids};
use crate::google::fields;
use crate::google::grid::Actor;

/// Writes the tab's id into a range, so that it moves with its tab also when that is 0; checks that it is in the grid.
fn anchor(document: &Document, range: &Value) -> Result<(usize, Value), String> {
    let target = document.find_grid(range)?;
    let mut out = Map::new();
    out.insert("sheetId".into(), document.sheets[target.sheet].id.into());
    out.extend(range.as_object().cloned().unwrap_or_default());
    Ok((target.sheet, Value::Object(out)))
}

/// `addNamedRange`, `updateNamedRange`, `deleteNamedRange`.
pub(crate) fn named(document: &mut Document, kind: &str, request: &Value, context: &mut Context<'_>) -> Reply {
    let given = &request["namedRange"];
    let id = if kind == "deleteNamedRange" { request["namedRangeId"].as_str() } else { given["namedRangeId"].as_str() };
    let found = document.named.iter().position(|n| n["namedRangeId"].as_str() == id && id.is_some());
    let missing = || format!("No named range with id: {}", id.unwrap_or_default());
    let taken = |document: &Document, name: &str, but: Option<usize>| {
        let mut others = document.named.iter().enumerate().filter(|(i, _)| Some(*i) != but);
        others.any(|(_, n)| n["name"].as_str().is_some_and(|n| n.eq_ignore_ascii_case(name)))
    };
    match kind {
        "deleteNamedRange" => {
            document.named.remove(found.ok_or_else(missing)?);
            Ok(Value::Null)
        }
        "updateNamedRange" => {
            let at = found.ok_or_else(missing)?;
            let mask = fields::for_change(request["fields"].as_str(), "NamedRange")?;
            let mut source = given.as_object().cloned().unwrap_or_default();
            if let Some(name) = given["name"].as_str().filter(|n| mask.below("name").is_some() && taken(document, n, Some(at))) {
                return Err(format!("A named range with the name \"{name}\" already exists."));
            }
            if mask.below("range").is_some() {
                source.insert("range".into(), anchor(document, &given["range"])?.1);
            }
            source.insert("namedRangeId".into(), document.named[at]["namedRangeId"].clone());
            if let Value::Object(target) = &mut document.named[at] {
                fields::change(target, &source, &mask, "NamedRange");
            }
            Ok(Value::Null)
        }
        _ => {
            let name = given["name"].as_str().unwrap_or_default();
            let good = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_alphanumeric() || c == '_')
                && crate::google::a1::block(name).is_none();
            if !good {
                return Err(format!("Invalid name: {name}"));
            }
            if taken(document, name, None) {
                return Err(format!("A named range with the name \"{name}\" already exists."));
            }
            if found.is_some() {
                return Err(format!("A named range with the id \"{}\" already exists.", id.unwrap_or_default()));
            }
            let id = id.map_or_else(|| context.id().to_string(), str::to_owned);
            let range = anchor(document, &given["range"])?.1;
            let named = json!({"namedRangeId": id, "name": name, "range": range});
            document.named.push(named.clone());
            Ok(json!({"namedRange": without_zero_ids(named)}))
        }
    }
}

fn place_of(document: &Document, found: impl Fn(&crate::google::grid::Sheet) -> Option<usize>) -> Option<(usize, usize)> {
    document.sheets.iter().enumerate().find_map(|(s, tab)| found(tab).map(|at| (s, at)))
}

/// A protection as answers show it (recorded): id, range, the rest, always the editors.
pub(crate) fn shown_protection(protected: &Value, maker: Actor) -> Value {
    let mut out = Map::new();
    let named =
        protected["editors"]["users"].as_array().is_some_and(|u| u.iter().any(|u| u == crate::google::protection::SERVICE_EMAIL));
    let may = maker == Actor::Service || named || protected["warningOnly"] == Value::Bool(true);
    for name in ["protectedRangeId", "range", "namedRangeId", "description", "warningOnly", "unprotectedRanges"] {
        match protected.get(name) {
            None | Some(Value::Bool(false)) => {}
            Some(value) => {
                out.insert(name.into(), without_zero_ids(value.clone()));
            }
        }
        if name == "warningOnly" && may {
            out.insert("requestingUserCanEdit".into(), true.into());
        }
    }
    // Editors are shown only to those who may edit (discovery document); empty lists are left out (recorded).
    if may {
        let mut editors = protected["editors"].as_object().cloned().unwrap_or_default();
        editors.retain(|_, v| v.as_array().is_none_or(|l| !l.is_empty()) && *v != Value::Bool(false));
        if protected["warningOnly"] == Value::Bool(true) {
            editors.clear();
        }
        out.insert("editors".into(), Value::Object(editors));
    }
    Value::Object(out)
}

/// `addProtectedRange`, `updateProtectedRange`, `deleteProtectedRange`.
pub(crate) fn protected(document: &mut Document, kind: &str, request: &Value, context: &mut Context<'_>) -> Reply {
    let given = &request["protectedRange"];
    let id = request["protectedRangeId"].as_i64().or_else(|| given["protectedRangeId"].as_i64());
    let found =
        place_of(document, |tab| tab.protected.iter().position(|(p, _)| p["protectedRangeId"].as_i64() == id && id.is_some()));
    let missing = || format!("No protected range with ID: {}", id.unwrap_or_default());
    if kind == "addProtectedRange" {
        let mut protection = given.as_object().cloned().unwrap_or_default();
        if found.is_some() {
            return Err(format!("A protected range with the ID {} already exists.", id.unwrap_or_default()));
        }
        let sheet = if let Some(named) = given["namedRangeId"].as_str() {
            let named = document.named.iter().find(|n| n["namedRangeId"] == named);
            let range = named.map(|n| n["range"].clone()).ok_or_else(|| "No such named range.".to_owned())?;
            document.find_grid(&range)?.sheet
        } else {
            let (sheet, range) = anchor(document, given.get("range").ok_or("No range specified.")?)?;
            protection.insert("range".into(), range);
            sheet
        };
        protection.insert("protectedRangeId".into(), id.unwrap_or_else(|| context.id()).into());
        let protection = Value::Object(protection);
        let shown = shown_protection(&protection, context.actor);
        document.sheets[sheet].protected.push((protection, context.actor));
        return Ok(json!({"protectedRange": shown}));
    }
    let (sheet, at) = found.ok_or_else(missing)?;
    let maker = document.sheets[sheet].protected[at].1;
    let may = context.actor == Actor::Person
        || shown_protection(&document.sheets[sheet].protected[at].0, maker).get("requestingUserCanEdit").is_some();
    if !may {
        return Err("You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove \
                    protection if you need to edit."
            .to_owned());
    }
    if kind == "deleteProtectedRange" {
        document.sheets[sheet].protected.remove(at);
        return Ok(Value::Null);
    }
    let mask = fields::for_change(request["fields"].as_str(), "ProtectedRange")?;
    let mut source = given.as_object().cloned().unwrap_or_default();
    source.insert("protectedRangeId".into(), id.unwrap_or_default().into());
    if mask.below("range").is_some() && given.get("range").is_some() {
        source.insert("range".into(), anchor(document, &given["range"])?.1);
    }
    if let Value::Object(target) = &mut document.sheets[sheet].protected[at].0 {
        fields::change(target, &source, &mask, "ProtectedRange");
    }
    Ok(Value::Null)
}

/// `setBasicFilter` and `clearBasicFilter`.
pub(crate) fn basic_filter(document: &mut Document, request: &Value) -> Reply {
    if let Some(filter) = request.get("filter") {
        let (sheet, range) = anchor(document, &filter["range"])?;
        let mut filter = filter.clone();
        filter["range"] = range;
        document.sheets[sheet].basic_filter = Some(filter);
        return Ok(Value::Null);
    }
    let id = request["sheetId"].as_i64().unwrap_or(0);
    let sheet = document.sheet_with(id).ok_or_else(|| format!("No grid with id: {id}"))?;
    document.sheets[sheet].basic_filter = None;
    Ok(Value::Null)
}

/// `addFilterView`, `updateFilterView`, `deleteFilterView`.
pub(crate) fn filter_view(document: &mut Document, kind: &str, request: &Value, context: &mut Context<'_>) -> Reply {
    let given = &request["filter"];
    let id = request["filterId"].as_i64().or_else(|| given["filterViewId"].as_i64());
    let found = place_of(document, |tab| tab.filter_views.iter().position(|v| v["filterViewId"].as_i64() == id && id.is_some()));
    if kind == "addFilterView" {
        let (sheet, range) = anchor(document, &given["range"])?;
        let mut view = given.clone();
        view["range"] = range;
        view["filterViewId"] = id.unwrap_or_else(|| context.id()).into();
        document.sheets[sheet].filter_views.push(view.clone());
        return Ok(json!({"filter": without_zero_ids(view)}));
    }
    let (sheet, at) = found.ok_or_else(|| format!("No filter view with ID: {}", id.unwrap_or_default()))?;
    if kind == "deleteFilterView" {
        document.sheets[sheet].filter_views.remove(at);
        return Ok(Value::Null);
    }
    let mask = fields::for_change(request["fields"].as_str(), "FilterView")?;
    let mut source = given.as_object().cloned().unwrap_or_default();
    if mask.below("range").is_some() && given.get("range").is_some() {
        source.insert("range".into(), anchor(document, &given["range"])?.1);
    }
    if let Value::Object(target) = &mut document.sheets[sheet].filter_views[at] {
        fields::change(target, &source, &mask, "FilterView");
    }
    Ok(Value::Null)
}

/// The rule with its ranges anchored, and the tab that they are on.
fn anchored_rule(document: &Document, rule: &Value) -> Result<(usize, Value), String> {
    let ranges = crate::google::batch::list(&rule["ranges"]);
    let anchored: Vec<(usize, Value)> = ranges.iter().map(|r| anchor(document, r)).collect::<Result<_, _>>()?;
    let sheet = anchored.first().map(|(s, _)| *s).ok_or("Must specify at least one range.")?;
    if anchored.iter().any(|(s, _)| *s != sheet) {
        return Err("All ranges of a conditional format rule must be on the same sheet.".to_owned());
    }
    if rule.get("booleanRule").is_none() && rule.get("gradientRule").is_none() {
        return Err("No rule specified.".to_owned());
    }
    let mut rule = rule.clone();
    rule["ranges"] = anchored.into_iter().map(|(_, r)| r).collect();
    Ok((sheet, rule))
}

/// `addConditionalFormatRule`, `updateConditionalFormatRule`, `deleteConditionalFormatRule`.
pub(crate) fn conditional(document: &mut Document, kind: &str, request: &Value) -> Reply {
    let index = |name: &str| request[name].as_u64().and_then(|n| usize::try_from(n).ok());
    if kind == "addConditionalFormatRule" {
        let (sheet, rule) = anchored_rule(document, &request["rule"])?;
        let rules = &mut document.sheets[sheet].conditional;
        let at = index("index").unwrap_or(rules.len());
        if at > rules.len() {
            return Err(format!("index[{at}] must not be greater than the number of rules ({}).", rules.len()));
        }
        rules.insert(at, rule);
        return Ok(Value::Null);
    }
    let id = request["sheetId"].as_i64().unwrap_or(0);
    let at = index("index").unwrap_or(0);
    let replacing = match request.get("rule") {
        Some(rule) if kind == "updateConditionalFormatRule" => Some(anchored_rule(document, rule)?),
        _ => None,
    };
    let by_id = document.sheet_with(id);
    let sheet = replacing.as_ref().map(|(s, _)| *s).or(by_id).ok_or_else(|| format!("No grid with id: {id}"))?;
    let rules = &mut document.sheets[sheet].conditional;
    if at >= rules.len() {
        return Err(format!("No conditional format on sheet: {id} at index: {at}"));
    }
    let old = rules.remove(at);
    if kind == "deleteConditionalFormatRule" {
        return Ok(json!({"rule": without_zero_ids(old)}));
    }
    let (to, rule) = match replacing {
        Some((_, rule)) => (at, rule),
        None => (index("newIndex").unwrap_or(0).min(rules.len()), old.clone()),
    };
    rules.insert(to, rule.clone());
    let mut reply = json!({"newRule": without_zero_ids(rule), "newIndex": to});
    if request.get("rule").is_some() {
        reply["oldRule"] = without_zero_ids(old);
    } else {
        reply["oldIndex"] = at.into();
    }
    Ok(reply)
}

/// `addBanding`, `updateBanding`, `deleteBanding`.
pub(crate) fn banding(document: &mut Document, kind: &str, request: &Value, context: &mut Context<'_>) -> Reply {
    let given = &request["bandedRange"];
    let id = request["bandedRangeId"].as_i64().or_else(|| given["bandedRangeId"].as_i64());
    let found = place_of(document, |tab| tab.banded.iter().position(|v| v["bandedRangeId"].as_i64() == id && id.is_some()));
    if kind == "addBanding" {
        let (sheet, range) = anchor(document, &given["range"])?;
        let mut banded = given.clone();
        banded["range"] = range;
        banded["bandedRangeId"] = id.unwrap_or_else(|| context.id()).into();
        document.sheets[sheet].banded.push(banded.clone());
        return Ok(json!({"bandedRange": without_zero_ids(banded)}));
    }
    let (sheet, at) = found.ok_or_else(|| format!("No banded range with id: {}", id.unwrap_or_default()))?;
    if kind == "deleteBanding" {
        document.sheets[sheet].banded.remove(at);
        return Ok(Value::Null);
    }
    let mask = fields::for_change(request["fields"].as_str(), "BandedRange")?;
    let mut source = given.as_object().cloned().unwrap_or_default();
    if mask.below("range").is_some() && given.get("range").is_some() {
        source.insert("range".into(), anchor(document, &given["range"])?.1);
    }
    if let Value::Object(target) = &mut document.sheets[sheet].banded[at] {
        fields::change(target, &source, &mask, "BandedRange");
    }
    Ok(Value::Null)
}
