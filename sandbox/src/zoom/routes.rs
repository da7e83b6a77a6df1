//! The endpoints of Zoom's API that exist in the box: their names, labels and scopes.

use percent_encoding::percent_decode_str;

use crate::zoom::limits::Label;

/// What a call asks for; the text is the path's user or meeting, decoded once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// `GET /users`.
    ListUsers,
    /// `GET /users/{id}`.
    GetUser(String),
    /// `GET /users/{id}/settings`.
    UserSettings(String),
    /// `GET /accounts/{id}/lock_settings`.
    LockSettings(String),
    /// `GET /users/{id}/meetings`.
    ListMeetings(String),
    /// `GET /users/{id}/upcoming_meetings`.
    UpcomingMeetings(String),
    /// `POST /users/{id}/meetings`.
    CreateMeeting(String),
    /// `GET /meetings/{id}`.
    GetMeeting(String),
    /// `PATCH /meetings/{id}`.
    UpdateMeeting(String),
    /// `DELETE /meetings/{id}`.
    DeleteMeeting(String),
    /// `PUT /meetings/{id}/status`.
    MeetingStatus(String),
    /// `GET /past_meetings/{id}`.
    PastMeeting(String),
    /// `GET /past_meetings/{id}/instances`.
    PastInstances(String),
    /// `GET /past_meetings/{id}/participants`.
    PastParticipants(String),
    /// `GET /report/meetings/{id}/participants`.
    ReportParticipants(String),
}

/// An endpoint's name in the log of calls, its label, and its scopes: classic and granular.
pub(super) struct About {
    /// The name in the log.
    pub(super) name: &'static str,
    /// The rate limit's label.
    pub(super) label: Label,
    /// The classic scope.
    pub(super) classic: &'static str,
    /// The granular scope.
    pub(super) granular: &'static str,
}

/// The granular scopes that an app has at first: those about users and meetings.
pub(super) fn granular_scopes() -> Vec<String> {
    let nobody = String::new;
    [
        Op::ListUsers,
        Op::GetUser(nobody()),
        Op::UserSettings(nobody()),
        Op::ListMeetings(nobody()),
        Op::UpcomingMeetings(nobody()),
        Op::GetMeeting(nobody()),
        Op::CreateMeeting(nobody()),
        Op::UpdateMeeting(nobody()),
        Op::DeleteMeeting(nobody()),
        Op::MeetingStatus(nobody()),
        Op::PastMeeting(nobody()),
        Op::PastInstances(nobody()),
        Op::PastParticipants(nobody()),
        Op::ReportParticipants(nobody()),
    ]
    .iter()
    .map(|op| op.about().granular.to_owned())
    .collect()
}

impl Op {
    /// The endpoint of a call, if there is one. `path` as it stands in the request.
    pub(super) fn of(method: &str, path: &str) -> Option<Self> {
        let pieces: Vec<String> = path
            .strip_prefix("/v2/")?
            .split('/')
            .map(|piece| percent_decode_str(piece).decode_utf8_lossy().into_owned())
            .collect();
        let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
        let name = || (*pieces.get(1).unwrap_or(&"")).to_owned();
        let named = || (*pieces.get(2).unwrap_or(&"")).to_owned();
        let op = match (method, &pieces[..]) {
            ("GET", ["users"]) => Self::ListUsers,
            ("GET", ["users", _]) => Self::GetUser(name()),
            ("GET", ["accounts", _, "lock_settings"]) => Self::LockSettings(name()),
            ("GET", ["users", _, "settings"]) => Self::UserSettings(name()),
            ("GET", ["users", _, "meetings"]) => Self::ListMeetings(name()),
            ("GET", ["users", _, "upcoming_meetings"]) => Self::UpcomingMeetings(name()),
            ("POST", ["users", _, "meetings"]) => Self::CreateMeeting(name()),
            ("GET", ["meetings", _]) => Self::GetMeeting(name()),
            ("PATCH", ["meetings", _]) => Self::UpdateMeeting(name()),
            ("DELETE", ["meetings", _]) => Self::DeleteMeeting(name()),
            ("PUT", ["meetings", _, "status"]) => Self::MeetingStatus(name()),
            ("GET", ["past_meetings", _]) => Self::PastMeeting(name()),
            ("GET", ["past_meetings", _, "instances"]) => Self::PastInstances(name()),
            ("GET", ["past_meetings", _, "participants"]) => Self::PastParticipants(name()),
            ("GET", ["report", "meetings", _, "participants"]) => Self::ReportParticipants(named()),
            _ => return None,
        };
        Some(op)
    }

    /// Name, label and scopes.
    pub(super) fn about(&self) -> About {
        let (name, label, classic, granular) = match self {
            Self::ListUsers => ("users.list", Label::Medium, "user:read:admin", "user:read:list_users:admin"),
            Self::GetUser(_) => ("users.get", Label::Light, "user:read:admin", "user:read:user:admin"),
            Self::UserSettings(_) => ("users.settings", Label::Medium, "user:read:admin", "user:read:settings:admin"),
            Self::LockSettings(_) => {
                ("accounts.lock_settings", Label::Medium, "account:read:admin", "account:read:lock_settings:admin")
            }
            Self::ListMeetings(_) => ("meetings.list", Label::Medium, "meeting:read:admin", "meeting:read:list_meetings:admin"),
            Self::UpcomingMeetings(_) => {
                ("meetings.upcoming", Label::Medium, "meeting:read:admin", "meeting:read:list_upcoming_meetings:admin")
            }
            Self::CreateMeeting(_) => ("meetings.create", Label::Light, "meeting:write:admin", "meeting:write:meeting:admin"),
            Self::GetMeeting(_) => ("meetings.get", Label::Light, "meeting:read:admin", "meeting:read:meeting:admin"),
            Self::UpdateMeeting(_) => ("meetings.update", Label::Light, "meeting:write:admin", "meeting:update:meeting:admin"),
            Self::DeleteMeeting(_) => ("meetings.delete", Label::Light, "meeting:write:admin", "meeting:delete:meeting:admin"),
            Self::MeetingStatus(_) => ("meetings.status", Label::Light, "meeting:write:admin", "meeting:update:status:admin"),
            Self::PastMeeting(_) => ("past_meetings.get", Label::Light, "meeting:read:admin", "meeting:read:past_meeting:admin"),
            Self::PastInstances(_) => {
                ("past_meetings.instances", Label::Medium, "meeting:read:admin", "meeting:read:list_past_instances:admin")
            }
            Self::PastParticipants(_) => {
                ("past_meetings.participants", Label::Medium, "meeting:read:admin", "meeting:read:list_past_participants:admin")
            }
            Self::ReportParticipants(_) => {
                ("report.participants", Label::Heavy, "report:read:admin", "report:read:list_meeting_participants:admin")
            }
        };
        About { name, label, classic, granular }
    }
}
