//! `createDeveloperMetadata`, `updateDeveloperMetadata`, `deleteDeveloperMetadata`.

use serde_json::{Value, json};

use crate::google::batch::{Context, Reply, list};
use crate::google::document::Document;
use crate::google::fields;
use crate::google::metadata::{self, CHARACTERS_MAX, Entry, Place};

fn check_room(document: &Document) -> Result<(), String> {
    let used: usize = document.metadata.iter().map(Entry::characters).sum();
    if used > CHARACTERS_MAX {
        // Wording unconfirmed.
        return Err(format!(
            "The developer metadata of this spreadsheet would have {used} characters, more than the limit of {CHARACTERS_MAX}."
        ));
    }
    Ok(())
}

/// `createDeveloperMetadata`.
pub(crate) fn create(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let given = &request["developerMetadata"];
    let key = given["metadataKey"].as_str().filter(|k| !k.is_empty());
    let key = key.ok_or("developerMetadata.metadataKey must be specified.")?;
    let project_only = match given["visibility"].as_str() {
        Some("DOCUMENT") => false,
        Some("PROJECT") => true,
        _ => return Err("developerMetadata.visibility must be specified.".to_owned()),
    };
    let place = Place::read(&given["location"], document)?;
    let taken = |id: i64| document.metadata.iter().any(|e| e.id == id);
    let id = match given["metadataId"].as_i64() {
        Some(id) if id <= 0 => return Err("developerMetadata.metadataId must be greater than zero.".to_owned()),
        Some(id) if taken(id) => return Err(format!("Developer metadata with ID {id} already exists.")),
        Some(id) => id,
        None => std::iter::repeat_with(|| context.id()).find(|id| !taken(*id)).expect("ids do not run out"),
    };
    let value = given["metadataValue"].as_str().map(str::to_owned);
    let entry = Entry { id, key: key.to_owned(), value, project_only, place };
    let shown = entry.to_json();
    document.metadata.push(entry);
    check_room(document)?;
    Ok(json!({"developerMetadata": shown}))
}

/// `updateDeveloperMetadata`.
pub(crate) fn update(document: &mut Document, request: &Value) -> Reply {
    let mask = fields::for_change(request["fields"].as_str(), "DeveloperMetadata")?;
    let given = &request["developerMetadata"];
    let filters = list(&request["dataFilters"]);
    if filters.is_empty() {
        return Err("Must specify at least one data filter.".to_owned());
    }
    let mut chosen: Vec<usize> = Vec::new();
    for filter in filters {
        for index in metadata::selected(filter, document)? {
            if !chosen.contains(&index) {
                chosen.push(index);
            }
        }
    }
    if chosen.is_empty() {
        return Err("No developer metadata matches the data filters.".to_owned());
    }
    let mut place = None;
    if mask.below("location").is_some() {
        place = Some(Place::read(&given["location"], document)?);
    }
    let mut shown = Vec::new();
    for index in chosen {
        let entry = &mut document.metadata[index];
        if mask.below("metadataKey").is_some() {
            let key = given["metadataKey"].as_str().filter(|k| !k.is_empty());
            key.ok_or("developerMetadata.metadataKey must be specified.")?.clone_into(&mut entry.key);
        }
        if mask.below("metadataValue").is_some() {
            entry.value = given["metadataValue"].as_str().map(str::to_owned);
        }
        if mask.below("visibility").is_some() {
            entry.project_only = given["visibility"] == "PROJECT";
        }
        if let Some(place) = place {
            entry.place = place;
        }
        shown.push(entry.to_json());
    }
    check_room(document)?;
    Ok(json!({"developerMetadata": shown}))
}

/// `deleteDeveloperMetadata`; what matches nothing deletes nothing.
pub(crate) fn delete(document: &mut Document, request: &Value) -> Reply {
    let chosen = metadata::selected(&request["dataFilter"], document)?;
    let mut shown = Vec::new();
    for index in chosen.into_iter().rev() {
        shown.push(document.metadata.remove(index).to_json());
    }
    shown.reverse();
    Ok(if shown.is_empty() { json!({}) } else { json!({"deletedDeveloperMetadata": shown}) })
}
