//! Calls per minute (Google's page "Usage limits"): refilled every minute, 429 beyond.

use jiff::Timestamp;
use serde_json::json;

use crate::google::Switches;
use crate::google::errors::ApiError;
use crate::google::token::PROJECT_NUMBER;

/// The calls of the running minute. There is one user, so that user and project are counted alike.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quota {
    minute: i64,
    reads: u32,
    writes: u32,
}

impl Quota {
    /// Counts a call, or refuses it.
    pub(crate) fn count(&mut self, write: bool, now: Timestamp, switches: &Switches) -> Result<(), ApiError> {
        let minute = now.as_second().div_euclid(60);
        if self.minute != minute {
            *self = Quota { minute, ..Quota::default() };
        }
        if !switches.quotas_on {
            return Ok(());
        }
        let (count, user, project) = if write {
            (&mut self.writes, switches.writes_per_user, switches.writes_per_project)
        } else {
            (&mut self.reads, switches.reads_per_user, switches.reads_per_project)
        };
        if *count >= user {
            return Err(exceeded(write, true, user));
        }
        if *count >= project {
            return Err(exceeded(write, false, project));
        }
        *count += 1;
        Ok(())
    }
}

fn exceeded(write: bool, user: bool, limit: u32) -> ApiError {
    let (metric, name, word) =
        if write { ("write_requests", "Write", "Write requests") } else { ("read_requests", "Read", "Read requests") };
    let (of, per) = if user { (" per user", "PerUser") } else { ("", "PerProject") };
    ApiError {
        code: 429,
        status: "RESOURCE_EXHAUSTED",
        message: format!(
            "Quota exceeded for quota metric '{word}' and limit '{word} per minute{of}' of service 'sheets.googleapis.com' \
             for consumer 'project_number:{PROJECT_NUMBER}'."
        ),
        details: vec![
            json!({
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "RATE_LIMIT_EXCEEDED",
                "domain": "googleapis.com",
                "metadata": {
                    "service": "sheets.googleapis.com",
                    "consumer": format!("projects/{PROJECT_NUMBER}"),
                    "quota_metric": format!("sheets.googleapis.com/{metric}"),
                    "quota_limit": format!("{name}RequestsPerMinute{per}"),
                    "quota_limit_value": limit.to_string(),
                    "quota_location": "global"
                }
            }),
            json!({
                "@type": "type.googleapis.com/google.rpc.Help",
                "links": [{
                    "description": "Request a higher quota limit.",
                    "url": "https://cloud.google.com/docs/quotas/help/request_increase"
                }]
            }),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixty_first_read_of_a_minute_is_refused_and_the_next_minute_is_not() {
        let at = |second| Timestamp::from_second(second).expect("a time that exists");
        let mut quota = Quota::default();
        let switches = Switches::default();
        for _ in 0..60 {
            quota.count(false, at(6000), &switches).expect("within the quota");
        }
        let error = quota.count(false, at(6059), &switches).expect_err("beyond the quota");
        assert_eq!((error.code, error.status), (429, "RESOURCE_EXHAUSTED"));
        quota.count(true, at(6059), &switches).expect("writes count for themselves");
        quota.count(false, at(6060), &switches).expect("refilled");
    }
}
