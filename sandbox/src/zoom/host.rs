//! Zoom's users: what can be set about them, and how the API shows them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::zoom::utc;

/// A user's licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Licence {
    /// Type 1: meetings end after 40 minutes.
    Basic,
    /// Type 2.
    Licensed,
    /// Type 4: unassigned, without Meetings Basic.
    Unassigned,
    /// Type 99.
    None,
}

impl Licence {
    /// Zoom's `type`.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Basic => 1,
            Self::Licensed => 2,
            Self::Unassigned => 4,
            Self::None => 99,
        }
    }
}

/// Whether a user can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Active.
    Active,
    /// Deactivated by the account's administrator.
    Inactive,
    /// Invited and not yet here; has no id in lists.
    Pending,
}

impl Standing {
    /// The word in the API.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Pending => "pending",
        }
    }
}

/// What can be set about a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "independent settings of a Zoom user, each a yes or no")]
pub struct HostSpec {
    /// The address, which is also a way to name the user in the API.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The licence.
    pub licence: Licence,
    /// Active, inactive, pending.
    pub standing: Standing,
    /// `feature.meeting_capacity`: how many may take part.
    pub capacity: u32,
    /// `feature.large_meeting_capacity`, 500 or 1000, with the add-on for large meetings.
    pub large: Option<u32>,
    /// `feature.webinar_capacity`, with the add-on for webinars.
    pub webinar: Option<u32>,
    /// How many meetings of the host can be live at once. Zoom: 1 for Basic and on Pro, 2 for Licensed on Business.
    pub concurrent: u32,
    /// `feature.concurrent_meeting`, the add-on: `None`, `Basic` or `Plus`.
    pub concurrent_plan: String,
    /// The user's zone, an IANA name.
    pub time_zone: String,
    /// A meeting without a password gets one.
    pub requires_password: bool,
    /// `join_url` carries the password.
    pub embeds_password: bool,
    /// The setting that a meeting has unless it says otherwise.
    pub join_before_host: bool,
    /// The setting that a meeting has unless it says otherwise.
    pub waiting_room: bool,
    /// Locked by the account: every meeting has this, whatever it says.
    pub locked_waiting_room: Option<bool>,
    /// Locked by the account: every meeting has this, whatever it says.
    pub locked_join_before_host: Option<bool>,
    /// Locked by the account: every meeting has this `auto_recording`, whatever it says.
    pub locked_auto_recording: Option<String>,
}

impl Default for HostSpec {
    /// A licensed host in Jakarta, 100 participants.
    fn default() -> Self {
        Self {
            email: String::new(),
            first_name: "Akun".to_owned(),
            last_name: "Zoom".to_owned(),
            licence: Licence::Licensed,
            standing: Standing::Active,
            capacity: 100,
            large: None,
            webinar: None,
            concurrent: 2,
            concurrent_plan: "None".to_owned(),
            time_zone: "Asia/Jakarta".to_owned(),
            requires_password: true,
            embeds_password: true,
            join_before_host: false,
            waiting_room: true,
            locked_waiting_room: None,
            locked_join_before_host: None,
            locked_auto_recording: None,
        }
    }
}

impl HostSpec {
    /// A licensed host with this address.
    pub fn licensed(email: &str) -> Self {
        Self { email: email.to_owned(), ..Self::default() }
    }

    /// A Basic host with this address.
    pub fn basic(email: &str) -> Self {
        Self { licence: Licence::Basic, concurrent: 1, ..Self::licensed(email) }
    }
}

/// A host of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Host {
    /// Zoom's id of the user.
    pub id: String,
    /// The number of the personal meeting room.
    pub pmi: u64,
    /// When the user was made.
    pub created_at: Timestamp,
    /// What can be set.
    #[serde(flatten)]
    pub spec: HostSpec,
}

impl Host {
    /// The user in `GET /users`.
    pub(super) fn in_list(&self) -> Value {
        let spec = &self.spec;
        let mut user = json!({
            "id": self.id,
            "first_name": spec.first_name,
            "last_name": spec.last_name,
            "display_name": format!("{} {}", spec.first_name, spec.last_name),
            "email": spec.email,
            "type": spec.licence.number(),
            "pmi": self.pmi,
            "timezone": spec.time_zone,
            "verified": 1,
            "dept": "",
            "created_at": utc(self.created_at),
            "last_login_time": utc(self.created_at),
            "language": "en-US",
            "status": spec.standing.word(),
            "role_id": "2",
            "group_ids": [],
        });
        if let (Standing::Pending, Some(fields)) = (spec.standing, user.as_object_mut()) {
            fields.shift_remove("id");
        }
        user
    }

    /// The user in `GET /users/{id}`.
    pub(super) fn alone(&self, account: &str) -> Value {
        let mut user = self.in_list();
        let more = json!({
            "id": self.id,
            "account_id": account,
            "account_number": 100_000_123,
            "role_name": "Member",
            "use_pmi": false,
            "personal_meeting_url": format!("https://us06web.zoom.us/j/{}", self.pmi),
            "cluster": "us06",
            "zoom_one_type": 0,
        });
        if let (Some(fields), Value::Object(more)) = (user.as_object_mut(), more) {
            fields.extend(more);
        }
        user
    }

    /// `GET /users/{id}/settings`.
    pub(super) fn settings(&self) -> Value {
        let spec = &self.spec;
        let mut feature = json!({
            "meeting_capacity": spec.capacity,
            "large_meeting": spec.large.is_some(),
            "webinar": spec.webinar.is_some(),
            "cn_meeting": false,
            "in_meeting": false,
            "zoom_phone": false,
            "concurrent_meeting": spec.concurrent_plan,
        });
        if let Some(large) = spec.large {
            feature["large_meeting_capacity"] = large.into();
        }
        if let Some(webinar) = spec.webinar {
            feature["webinar_capacity"] = webinar.into();
        }
        json!({
            "schedule_meeting": {
                "host_video": false,
                "participants_video": false,
                "audio_type": "both",
                "join_before_host": self.joins_before_host(),
                "require_password_for_scheduling_new_meetings": spec.requires_password,
                "require_password_for_instant_meetings": spec.requires_password,
                "embed_password_in_join_link": spec.embeds_password,
                "use_pmi_for_scheduled_meetings": false,
                "use_pmi_for_instant_meetings": false,
                "default_password_for_scheduled_meetings": "",
                "meeting_password_requirement": {
                    "length": 0,
                    "have_letter": false,
                    "have_number": false,
                    "have_special_character": false,
                    "only_allow_numeric": false,
                    "have_upper_and_lower_characters": false,
                    "consecutive_characters_length": 0,
                    "weak_enhance_detection": false,
                },
            },
            "in_meeting": {
                "waiting_room": self.has_waiting_room(),
                "chat": true,
                "annotation": true,
                "breakout_room": true,
                "co_host": true,
                "meeting_security": {"waiting_room": self.has_waiting_room()},
            },
            "email_notification": {
                "jbh_reminder": true,
                "cancel_meeting_reminder": true,
                "alternative_host_reminder": true,
                "schedule_for_reminder": true,
            },
            "recording": {"local_recording": true, "cloud_recording": spec.licence == Licence::Licensed, "auto_recording": spec.locked_auto_recording.as_deref().unwrap_or("none")},
            "telephony": {"third_party_audio": false, "show_international_numbers_link": true},
            "tsp": {},
            "feature": feature,
            "profile": {"recording_storage_location": {"allowed_values": ["US"], "value": "US"}},
            "audio_conferencing": {},
            "whiteboard": {},
        })
    }

    /// `GET /users/{id}/settings?option=meeting_security`.
    pub(super) fn security(&self) -> Value {
        json!({"meeting_security": {
            "auto_security": true,
            "meeting_password": self.spec.requires_password,
            "embed_password_in_join_link": self.spec.embeds_password,
            "encryption_type": "enhanced_encryption",
            "end_to_end_encrypted_meetings": false,
            "waiting_room": self.has_waiting_room(),
        }})
    }

    /// The waiting room that a meeting has unless it says otherwise.
    pub(super) fn has_waiting_room(&self) -> bool {
        self.spec.locked_waiting_room.unwrap_or(self.spec.waiting_room)
    }

    /// Whether participants may enter first, unless a meeting says otherwise.
    pub(super) fn joins_before_host(&self) -> bool {
        self.spec.locked_join_before_host.unwrap_or(self.spec.join_before_host)
    }
}
