//! Making, reading and deleting our own meetings.

use std::time::Instant;

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use super::accounts::encode;
use super::door::{Label, Refusal, ZoomDoor};
use super::listing::instant;
use crate::domain::limits::TOPIC_CHARS_MAX;
use crate::domain::meeting::{Marker, meeting_topic};
use crate::domain::outcome::{Outcome, Why};
use crate::domain::rules::Opening;
use crate::domain::slot::Slot;
use crate::domain::text::one_line;
use crate::domain::ticket::TicketNumber;

/// A meeting to be made.
#[derive(Debug, Clone)]
pub struct NewMeeting<'a> {
    /// The account that holds it.
    pub host: &'a str,
    /// Whose it is.
    pub ticket: TicketNumber,
    /// By which it is found again.
    pub marker: &'a Marker,
    /// The event's title, as typed.
    pub topic: &'a str,
    /// When.
    pub slot: Slot,
    /// The zone in which Zoom shows it.
    pub zone: &'a str,
    /// Who opens the room.
    pub opening: Opening,
    /// Zoom is asked to record it in its cloud by itself.
    pub record: bool,
}

/// A meeting that Zoom made, as it answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its number.
    pub id: i64,
    /// The link.
    pub join_url: String,
    /// May be empty.
    pub passcode: String,
    /// When it starts, in fact.
    pub start: Timestamp,
    /// Who opens the room, in fact: account settings may override what was asked.
    pub opening: Opening,
    /// Whether Zoom records it in its cloud by itself, in fact: account and licence may override what was asked.
    pub recorded: bool,
    /// The marker of ours that it carries now: people may have changed its agenda.
    pub marker: Option<Marker>,
}

impl ZoomDoor {
    /// Makes a meeting; the call leaves until the given moment or not at all. There is no idempotency key: an [`Outcome::Unknown`]
    /// must be settled by looking.
    pub async fn create(&self, new: &NewMeeting<'_>, until: Instant) -> Outcome<Made> {
        let path = format!("/users/{}/meetings", encode(new.host));
        let ended = self.call("meetings.create", Label::Light, Method::POST, &path, Some((&body(new), until))).await;
        ended.outcome(|refusal| refused(&refusal)).and_then(|body| match made(&body, new.opening) {
            Some(made) => Outcome::Done(made),
            None => Outcome::Unknown("Zoom says that it made the meeting, but not which".into()),
        })
    }

    /// Reads a meeting of ours. `None`: it is not there.
    pub async fn meeting(&self, id: i64, asked: Opening) -> Outcome<Option<Made>> {
        let ended = self.call("meetings.get", Label::Light, Method::GET, &format!("/meetings/{id}"), None).await;
        match ended.outcome(|refusal| refused(&refusal)) {
            Outcome::NotDone(Why::HostUnusable(_)) => Outcome::Done(None),
            Outcome::Unknown(why) => Outcome::NotDone(Why::Later(why, None)),
            other => other.and_then(|body| match made(&body, asked) {
                Some(made) => Outcome::Done(Some(made)),
                None => Outcome::NotDone(Why::Later("Zoom's answer about the meeting cannot be read".into(), None)),
            }),
        }
    }

    /// Deletes a meeting of ours, silently. One that is gone already is deleted.
    pub async fn delete(&self, id: i64) -> Outcome<()> {
        let path = format!("/meetings/{id}?schedule_for_reminder=false&cancel_meeting_reminder=false");
        let ended = self.call("meetings.delete", Label::Light, Method::DELETE, &path, None).await;
        match ended.outcome(|refusal| refused(&refusal)) {
            Outcome::NotDone(Why::HostUnusable(_)) => Outcome::Done(()),
            other => other.map(|_| ()),
        }
    }
}

fn body(new: &NewMeeting<'_>) -> Value {
    let participants_open = new.opening == Opening::Participants;
    json!({
        "topic": meeting_topic(new.topic, new.ticket),
        "type": 2,
        // With `Z`: UTC, whatever the account's zone; `timezone` is how Zoom shows it.
        "start_time": new.slot.start.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "timezone": new.zone,
        "duration": new.slot.minutes(),
        "agenda": format!("{}\n{}", new.marker.0, one_line(new.topic, TOPIC_CHARS_MAX)),
        "settings": {
            "join_before_host": participants_open,
            "jbh_time": 0,
            "waiting_room": false,
            "mute_upon_entry": true,
            "host_video": false,
            "participant_video": false,
            "use_pmi": false,
            "approval_type": 2,
            "audio": "both",
            "auto_recording": if new.record { "cloud" } else { "none" },
            "email_notification": false,
            "alternative_hosts_email_notification": false,
        },
    })
}

fn made(body: &Value, asked: Opening) -> Option<Made> {
    let id = body["id"].as_i64().or_else(|| body["id"].as_str()?.parse().ok())?;
    let join_url = body["join_url"].as_str().filter(|link| link.starts_with("https://") || link.starts_with("http://"))?;
    let settings = &body["settings"];
    let staff_open = settings["join_before_host"].as_bool() == Some(false) || settings["waiting_room"].as_bool() == Some(true);
    Some(Made {
        id,
        join_url: join_url.to_owned(),
        passcode: body["password"].as_str().unwrap_or("").to_owned(),
        start: instant(body)?,
        opening: if staff_open { Opening::Staff } else { asked },
        // "local" would be on the computer of a host who is not there.
        recorded: settings["auto_recording"].as_str() == Some("cloud"),
        marker: body["agenda"].as_str().and_then(Marker::read),
    })
}

fn refused(refusal: &Refusal) -> Why {
    match (refusal.status, refusal.code) {
        (404, _) | (400, 1010 | 1120 | 3161) => Why::HostUnusable(refusal.text()),
        _ => Why::Refused(refusal.text()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_zoom_answers_counts_and_host_secrets_are_not_read() {
        let mut body = json!({
            "id": 92_674_392_836_i64, "join_url": "https://us06web.zoom.us/j/92674392836?pwd=x", "password": "482913",
            "start_time": "2026-12-01T02:00:00Z", "start_url": "https://secret", "settings": {"join_before_host": true},
        });
        let answer = made(&body, Opening::Participants).unwrap();
        assert_eq!((answer.id, answer.opening, answer.recorded), (92_674_392_836, Opening::Participants, false));
        assert!(!format!("{answer:?}").contains("secret"));
        body["settings"]["waiting_room"] = json!(true);
        assert_eq!(made(&body, Opening::Participants).unwrap().opening, Opening::Staff);
        for (setting, recorded) in [("cloud", true), ("local", false), ("none", false)] {
            body["settings"]["auto_recording"] = json!(setting);
            assert_eq!(made(&body, Opening::Participants).unwrap().recorded, recorded, "{setting}");
        }
        body["join_url"] = json!("javascript:alert(1)");
        assert_eq!(made(&body, Opening::Participants), None);
    }

    #[test]
    fn a_recording_is_asked_for_only_where_one_is_wanted() {
        let (start, marker) = ("2026-12-01T02:00:00Z".parse().unwrap(), Marker("VM-2026-0001/ABCDEFGH".into()));
        let slot = Slot { start, end: start + jiff::SignedDuration::from_mins(90) };
        let new = |record| NewMeeting {
            host: "zoom1@example.go.id",
            ticket: "VM-2026-0001".parse().unwrap(),
            marker: &marker,
            topic: "Rapat",
            slot,
            zone: "Asia/Jakarta",
            opening: Opening::Participants,
            record,
        };
        assert_eq!(body(&new(true))["settings"]["auto_recording"], "cloud");
        assert_eq!(body(&new(false))["settings"]["auto_recording"], "none");
    }
}
