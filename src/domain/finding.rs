//! What is wrong with a set-up, in words for its operator: what was found, and how to mend it. The same words go into the log of
//! `run` and into the output of `check`.

use std::fmt;

use serde::Serialize;

/// Something wrong: what was found, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// What is there, or is not.
    pub found: String,
    /// What to do about it.
    pub mend: String,
}

impl Flaw {
    /// A flaw in words.
    pub fn new(found: impl Into<String>, mend: impl Into<String>) -> Flaw {
        Flaw { found: found.into(), mend: mend.into() }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.found, self.mend)
    }
}

/// A part of the set-up that is looked at by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words themselves")]
pub enum Area {
    Config,
    Clock,
    Google,
    Sheet,
    Zoom,
    Mail,
    Store,
    Web,
}

impl Area {
    /// Its name in the log and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Area::Config => "config",
            Area::Clock => "clock",
            Area::Google => "google",
            Area::Sheet => "sheet",
            Area::Zoom => "zoom",
            Area::Mail => "mail",
            Area::Store => "store",
            Area::Web => "web",
        }
    }
}

/// How an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it has to be.
    Ok,
    /// A run goes on with it, but somebody should look.
    Warning,
    /// A run cannot do its work with it.
    Failed,
    /// Not looked at, because something before it failed or is not there.
    Skipped,
}

/// One item that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Where it belongs.
    pub area: Area,
    /// What was looked at.
    pub item: String,
    /// How it stands.
    #[serde(rename = "status")]
    pub verdict: Verdict,
    /// What was found.
    pub found: String,
    /// How to mend it; empty where there is nothing to mend.
    pub mend: String,
}

impl Finding {
    /// All is well.
    pub fn ok(area: Area, item: impl Into<String>, found: impl Into<String>) -> Finding {
        Finding { area, item: item.into(), verdict: Verdict::Ok, found: found.into(), mend: String::new() }
    }

    /// A run goes on with it.
    pub fn warning(area: Area, item: impl Into<String>, flaw: Flaw) -> Finding {
        Finding { area, item: item.into(), verdict: Verdict::Warning, found: flaw.found, mend: flaw.mend }
    }

    /// A run cannot do its work with it.
    pub fn failed(area: Area, item: impl Into<String>, flaw: Flaw) -> Finding {
        Finding { area, item: item.into(), verdict: Verdict::Failed, found: flaw.found, mend: flaw.mend }
    }

    /// It was not looked at, for this reason.
    pub fn skipped(area: Area, item: impl Into<String>, why: impl Into<String>) -> Finding {
        Finding { area, item: item.into(), verdict: Verdict::Skipped, found: why.into(), mend: String::new() }
    }

    /// Whether it is this verdict.
    pub fn is(&self, verdict: Verdict) -> bool {
        self.verdict == verdict
    }
}
