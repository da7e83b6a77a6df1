//! Faults on demand: rules that make a party slow, broken, lost or busy at chosen calls, and hooks that let something
//! happen at the very moment of a call.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::calls::{Party, matches};

/// When a hook runs: before or after the call is carried out. Either way the caller has no answer yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// The call has arrived and has changed nothing yet.
    Before,
    /// The call was carried out and not answered yet.
    After,
}

/// The call at whose moment a hook runs.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Who is called.
    pub party: Party,
    /// The call's name, as in [`Call::name`](crate::calls::Call::name).
    pub name: String,
    /// Path and query, or the rest of the SMTP line; of DATA and of a letter its recipients.
    pub target: String,
    /// The request's body, or the letter; empty for other SMTP commands.
    pub body: Vec<u8>,
}

/// What a hook returns: work that the call waits for.
pub type Doing = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A closure run at the moment of a call.
#[derive(Clone)]
pub struct Hook(Arc<dyn Fn(Moment) -> Doing + Send + Sync>);

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook")
    }
}

/// A call to this sandbox's own control pages, made at the moment of another call.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ControlCall {
    /// The HTTP method.
    pub method: String,
    /// The path, `/control/…`.
    pub path: String,
    /// The JSON body; null for none.
    #[serde(default)]
    pub body: Value,
}

/// An answer instead of the party's own. For SMTP `code` is the reply code and `body` its text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answered {
    /// The HTTP status, or the SMTP reply code.
    pub code: u16,
    /// Headers of the answer; nothing in SMTP.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The answer's body, or the reply's text (several lines make a reply of several lines).
    #[serde(default)]
    pub body: String,
}

/// What happens to a matched call.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Action {
    /// It is not carried out; this is answered.
    Status(Answered),
    /// It is carried out; this is answered all the same.
    StatusAfter(Answered),
    /// It waits this long, in milliseconds, and is then carried out, also if the caller has gone.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// It is carried out at once and answered this much later, in milliseconds.
    DelayAfter {
        /// Milliseconds.
        ms: u64,
    },
    /// It waits until the rule is removed, and is then carried out.
    Hold,
    /// The connection is closed; it is not carried out.
    CloseBefore,
    /// It is carried out; then the connection is closed without an answer.
    CloseAfter,
    /// It is carried out; the answer says success and its body cannot be read.
    Garble,
    /// It is carried out; the answer breaks off in the middle and the connection is closed.
    Truncate,
    /// A call to `/control` is made at its moment.
    Then {
        /// Before or after it is carried out.
        when: When,
        /// The call.
        call: ControlCall,
    },
    /// A closure is run at its moment. Not over HTTP.
    #[serde(skip)]
    Hook {
        /// Before or after it is carried out.
        when: When,
        /// The closure.
        hook: Hook,
    },
}

impl Action {
    /// An answer instead of the party's own, without carrying the call out.
    pub fn status(code: u16, body: impl Into<String>) -> Self {
        Self::Status(Answered { code, headers: Vec::new(), body: body.into() })
    }

    /// An answer instead of the party's own, after carrying the call out.
    pub fn status_after(code: u16, body: impl Into<String>) -> Self {
        Self::StatusAfter(Answered { code, headers: Vec::new(), body: body.into() })
    }

    /// A closure run at the moment of the call.
    pub fn hook(when: When, hook: impl Fn(&Moment) + Send + Sync + 'static) -> Self {
        let hook = Arc::new(hook);
        Self::hook_async(when, move |moment| {
            hook(&moment);
            std::future::ready(())
        })
    }

    /// As [`hook`](Self::hook); the call waits for what the closure returns.
    pub fn hook_async<F>(when: When, hook: impl Fn(Moment) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self::Hook { when, hook: Hook(Arc::new(move |moment| Box::pin(hook(moment)))) }
    }
}

/// A rule: which calls, how often, and what happens to them.
///
/// Waits and hooks of all rules that match a call take effect; of the rest the one with the lowest id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// Who is called.
    pub party: Party,
    /// The call's name; `*` at the end stands for any rest.
    pub call: String,
    /// Only calls whose path, query or body contains this; empty for all.
    #[serde(default)]
    pub containing: String,
    /// How many matching calls go by first.
    #[serde(default)]
    pub skip: u32,
    /// How many calls it then strikes; none for all.
    #[serde(default)]
    pub times: Option<u32>,
    /// The chance that it strikes a matching call, 0 to 1.
    #[serde(default = "certain")]
    pub probability: f64,
    /// What happens.
    pub action: Action,
}

/// The probability of a rule that names none.
fn certain() -> f64 {
    1.0
}

impl Rule {
    /// A rule for every call named `call` of `party`.
    pub fn new(party: Party, call: &str, action: Action) -> Self {
        Self { party, call: call.to_owned(), containing: String::new(), skip: 0, times: None, probability: 1.0, action }
    }

    /// The same, letting `n` matching calls go by first.
    #[must_use]
    pub fn skip(self, n: u32) -> Self {
        Self { skip: n, ..self }
    }

    /// The same, striking `n` calls only.
    #[must_use]
    pub fn times(self, n: u32) -> Self {
        Self { times: Some(n), ..self }
    }

    /// The same, striking one call only.
    #[must_use]
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// The same, striking with probability `p`, 0 to 1.
    #[must_use]
    pub fn probability(self, p: f64) -> Self {
        Self { probability: p, ..self }
    }

    /// The same, for calls whose path, query or body contains `text`.
    #[must_use]
    pub fn containing(self, text: &str) -> Self {
        Self { containing: text.to_owned(), ..self }
    }
}

/// A rule in force.
#[derive(Clone, Debug, Serialize)]
pub struct InForce {
    /// Its id.
    pub id: u64,
    /// How many calls matched it.
    pub matched: u64,
    /// How many calls it struck.
    pub hits: u64,
    /// The rule.
    pub rule: Rule,
}

/// What befalls one call: the sum of the rules that strike it.
#[derive(Debug, Default)]
pub(crate) struct Fate {
    /// The ids of the rules.
    pub(crate) rules: Vec<u64>,
    /// Waits and hooks before the call is carried out.
    pub(crate) before: Vec<(u64, Action)>,
    /// Waits and hooks after it.
    pub(crate) after: Vec<(u64, Action)>,
    /// What becomes of the call and its answer.
    pub(crate) end: Option<Action>,
}

/// The rules. Clones share them.
#[derive(Clone, Debug)]
pub struct Faults {
    rules: Arc<Mutex<Rules>>,
    removed: watch::Sender<u64>,
}

/// What is shared.
#[derive(Debug)]
struct Rules {
    next: u64,
    in_force: Vec<InForce>,
    rng: ChaCha8Rng,
    control: Option<Router>,
}

impl Faults {
    /// No rules; the chances of later ones are drawn from `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        let rules = Rules { next: 1, in_force: Vec::new(), rng: ChaCha8Rng::seed_from_u64(seed ^ 0xFA17), control: None };
        Self { rules: Arc::new(Mutex::new(rules)), removed: watch::Sender::new(0) }
    }

    /// Puts a rule in force and gives its id.
    pub fn add(&self, rule: Rule) -> u64 {
        let mut rules = self.lock();
        let id = rules.next;
        rules.next += 1;
        rules.in_force.push(InForce { id, matched: 0, hits: 0, rule });
        id
    }

    /// Ends a rule; false if there is none with this id. Calls that it holds go on.
    pub fn remove(&self, id: u64) -> bool {
        let mut rules = self.lock();
        let before = rules.in_force.len();
        rules.in_force.retain(|rule| rule.id != id);
        let gone = rules.in_force.len() < before;
        drop(rules);
        self.removed.send_modify(|n| *n += 1);
        gone
    }

    /// Ends all rules.
    pub fn clear(&self) {
        self.lock().in_force.clear();
        self.removed.send_modify(|n| *n += 1);
    }

    /// The rules in force.
    pub fn list(&self) -> Vec<InForce> {
        self.lock().in_force.clone()
    }

    /// How many calls the rule struck; 0 if there is none with this id.
    pub fn hits(&self, id: u64) -> u64 {
        self.lock().in_force.iter().find(|rule| rule.id == id).map_or(0, |rule| rule.hits)
    }

    /// Sets the pages through which `Then` makes its calls.
    pub(crate) fn control_through(&self, pages: Router) {
        self.lock().control = Some(pages);
    }

    /// Ends all rules and lets go of the pages.
    pub(crate) fn stop(&self) {
        self.clear();
        self.lock().control = None;
    }

    /// What befalls the call, counting it in every rule that matches.
    pub(crate) fn fate(&self, moment: &Moment) -> Fate {
        let mut fate = Fate::default();
        let mut guard = self.lock();
        let Rules { in_force, rng, .. } = &mut *guard;
        for at in in_force {
            if !at.rule.concerns(moment) {
                continue;
            }
            at.matched += 1;
            let spent = at.rule.times.is_some_and(|times| at.hits >= u64::from(times));
            if at.matched <= u64::from(at.rule.skip) || spent {
                continue;
            }
            if at.rule.probability < 1.0 && rng.random::<f64>() >= at.rule.probability {
                continue;
            }
            let action = at.rule.action.clone();
            match action {
                Action::Delay { .. } | Action::Hold => fate.before.push((at.id, action)),
                Action::DelayAfter { .. } => fate.after.push((at.id, action)),
                Action::Then { when, .. } | Action::Hook { when, .. } => match when {
                    When::Before => fate.before.push((at.id, action)),
                    When::After => fate.after.push((at.id, action)),
                },
                _ if fate.end.is_some() => continue,
                _ => fate.end = Some(action),
            }
            at.hits += 1;
            fate.rules.push(at.id);
        }
        fate
    }

    /// Goes through waits and hooks, one after the other.
    pub(crate) async fn go_through(&self, actions: &[(u64, Action)], moment: &Moment) {
        for (id, action) in actions {
            match action {
                Action::Delay { ms } | Action::DelayAfter { ms } => {
                    tokio::time::sleep(std::time::Duration::from_millis(*ms)).await;
                }
                Action::Hold => self.until_removed(*id).await,
                Action::Hook { hook, .. } => (hook.0)(moment.clone()).await,
                Action::Then { call, .. } => self.call_control(call).await,
                _ => {}
            }
        }
    }

    /// Waits until there is no rule `id`.
    async fn until_removed(&self, id: u64) {
        let mut removed = self.removed.subscribe();
        while self.lock().in_force.iter().any(|rule| rule.id == id) {
            if removed.changed().await.is_err() {
                return;
            }
        }
    }

    /// Makes a call to the control pages; a refusal is logged.
    async fn call_control(&self, call: &ControlCall) {
        let Some(pages) = self.lock().control.clone() else { return };
        let body = if call.body.is_null() { Body::empty() } else { Body::from(call.body.to_string()) };
        let request = Request::builder()
            .method(call.method.as_str())
            .uri(call.path.as_str())
            .header("content-type", "application/json")
            .body(body);
        match request {
            Ok(request) => {
                let Ok(answer) = pages.oneshot(request).await;
                if !answer.status().is_success() {
                    tracing::warn!(path = call.path, status = %answer.status(), "a fault's control call was refused");
                }
            }
            Err(error) => tracing::warn!(path = call.path, %error, "a fault's control call cannot be made"),
        }
    }

    /// The rules, also after a panic elsewhere: they are always whole.
    fn lock(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rule {
    /// Whether the rule is about this call.
    fn concerns(&self, moment: &Moment) -> bool {
        self.party == moment.party
            && matches(&self.call, &moment.name)
            && (self.containing.is_empty()
                || moment.target.contains(&self.containing)
                || String::from_utf8_lossy(&moment.body).contains(&self.containing))
    }
}
