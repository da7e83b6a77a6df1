//! A meeting's settings: what may be asked for, what a host's settings give, and what an account locks.

use serde_json::{Map, Value, json};

use crate::zoom::host::Host;

/// The settings that are yes or no.
const SWITCHES: [&str; 22] = [
    "host_video",
    "participant_video",
    "join_before_host",
    "mute_upon_entry",
    "watermark",
    "use_pmi",
    "waiting_room",
    "email_notification",
    "alternative_hosts_email_notification",
    "registrants_confirmation_email",
    "registrants_email_notification",
    "meeting_authentication",
    "show_share_button",
    "allow_multiple_devices",
    "host_save_video_order",
    "alternative_host_update_polls",
    "focus_mode",
    "private_meeting",
    "internal_meeting",
    "cn_meeting",
    "in_meeting",
    "enable_dedicated_group_chat",
];

/// Checks the settings that a call asks for; what is wrong goes to `wrong`.
pub(super) fn check(asked: &Map<String, Value>, wrong: &mut Vec<(String, String)>) {
    let mut bad = |field: &str| wrong.push((format!("settings.{field}"), format!("Invalid parameter: {field}.")));
    for (field, value) in asked {
        let good = match field.as_str() {
            switch if SWITCHES.contains(&switch) => value.is_boolean(),
            "jbh_time" => matches!(value.as_i64(), Some(0 | 5 | 10 | 15)),
            "approval_type" => matches!(value.as_i64(), Some(0..=2)),
            "registration_type" => matches!(value.as_i64(), Some(1..=3)),
            "audio" => matches!(value.as_str(), Some("both" | "telephony" | "voip" | "thirdParty")),
            "auto_recording" => matches!(value.as_str(), Some("local" | "cloud" | "none")),
            "encryption_type" => matches!(value.as_str(), Some("enhanced_encryption" | "e2ee")),
            "alternative_hosts" | "contact_name" | "contact_email" => value.is_string(),
            "meeting_invitees" => {
                value.as_array().is_some_and(|invitees| invitees.iter().all(|invitee| invitee["email"].is_string()))
            }
            _ => true,
        };
        if !good {
            bad(field);
        }
    }
}

/// The settings in force: those of before (or the host's), with what is asked for, and with what the account locks.
/// What Zoom does not know is ignored.
pub(super) fn in_force(host: &Host, before: &Map<String, Value>, asked: &Map<String, Value>) -> Map<String, Value> {
    let mut settings = if before.is_empty() { of_host(host) } else { before.clone() };
    for (field, value) in asked {
        if settings.contains_key(field) || SWITCHES.contains(&field.as_str()) {
            settings.insert(field.clone(), value.clone());
        }
    }
    let mut lock = |field: &str, locked: Option<Value>| {
        if let Some(locked) = locked {
            settings.insert(field.to_owned(), locked);
        }
    };
    lock("waiting_room", host.spec.locked_waiting_room.map(Value::from));
    lock("join_before_host", host.spec.locked_join_before_host.map(Value::from));
    lock("auto_recording", host.spec.locked_auto_recording.clone().map(Value::from));
    if settings.get("waiting_room") == Some(&Value::Bool(true)) {
        settings.insert("join_before_host".to_owned(), false.into());
    }
    settings
}

/// The settings of a meeting that asks for none.
fn of_host(host: &Host) -> Map<String, Value> {
    let settings = json!({
        "host_video": false,
        "participant_video": false,
        "cn_meeting": false,
        "in_meeting": false,
        "join_before_host": host.joins_before_host(),
        "jbh_time": 0,
        "mute_upon_entry": false,
        "watermark": false,
        "use_pmi": false,
        "approval_type": 2,
        "audio": "both",
        "auto_recording": "none",
        "enforce_login": false,
        "enforce_login_domains": "",
        "alternative_hosts": "",
        "alternative_host_update_polls": false,
        "close_registration": false,
        "show_share_button": false,
        "allow_multiple_devices": false,
        "registrants_confirmation_email": true,
        "waiting_room": host.has_waiting_room(),
        "request_permission_to_unmute_participants": false,
        "registrants_email_notification": true,
        "meeting_authentication": false,
        "encryption_type": "enhanced_encryption",
        "alternative_hosts_email_notification": true,
        "email_notification": true,
        "contact_name": format!("{} {}", host.spec.first_name, host.spec.last_name),
        "contact_email": host.spec.email,
        "meeting_invitees": [],
        "host_save_video_order": false,
        "focus_mode": false,
        "private_meeting": false,
        "internal_meeting": false,
        "approved_or_denied_countries_or_regions": {"enable": false},
        "breakout_room": {"enable": false},
    });
    match settings {
        Value::Object(settings) => settings,
        _ => Map::new(),
    }
}
