//! The configuration of an office that lives in a sandbox: the same file as a real one, with other addresses in it.

use std::path::{Path, PathBuf};

use loket_sandbox::handle::Handle;

/// A folder that goes when it is dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// A new one among the system's temporary files; `of` tells it from others of the same process.
    pub fn new(of: &str) -> std::io::Result<Folder> {
        let path = std::env::temp_dir().join(format!("loket-{of}-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's own cleaning.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Writes key file and configuration into a folder, and gives the configuration's path.
pub fn write_config(sandbox: &Handle, folder: &Path, public_url: &str, poll_every: &str) -> anyhow::Result<PathBuf> {
    let key = serde_json::to_string_pretty(&sandbox.key_file())?;
    std::fs::write(folder.join("credentials.json"), key)?;
    let zoom = sandbox.zoom_credentials();
    let host = |(index, email): (usize, String)| format!("[[zoom.hosts]]\nemail = \"{email}\"\nname = \"Zoom-{}\"\n", index + 1);
    let emails = sandbox.zoom().hosts().into_iter().map(|host| host.spec.email);
    let hosts: Vec<String> = emails.enumerate().map(host).collect();
    let hosts = hosts.concat();
    let text = format!(
        r#"# An office that lives in a sandbox.
[google]
credentials = "credentials.json"
endpoint = "{google}"
reads_per_minute = 600
writes_per_minute = 600
[sheet]
id = "{sheet}"
tab = "{tab}"
poll_every = "{poll_every}"
[zoom]
account_id = "{account}"
client_id = "{client}"
client_secret = "{secret}"
oauth_endpoint = "{oauth}"
api_endpoint = "{api}"
{hosts}
[mail]
url = "{mail}"
from = "Layanan Virtual Meeting <vm@example.go.id>"
staff = ["tik@example.go.id"]
[web]
public_url = "{public_url}"
form_url = "{people}/form"
[store]
url = "sqlite:{store}"
"#,
        google = sandbox.google_endpoint(),
        sheet = sandbox.spreadsheet_id(),
        tab = sandbox.tab(),
        account = zoom.account_id,
        client = zoom.client_id,
        secret = zoom.client_secret,
        oauth = sandbox.zoom_oauth_endpoint(),
        api = sandbox.zoom_api_endpoint(),
        mail = sandbox.smtp_url(),
        people = sandbox.people_url(),
        store = folder.join("loket.db").display(),
    );
    let path = folder.join("loket.toml");
    std::fs::write(&path, text)?;
    Ok(path)
}
