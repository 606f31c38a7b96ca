//! git's own HTTP server, run as the CGI program it is.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Received, Reply};
use crate::process::{Environment, Program};

/// A folder of repositories.
pub(super) struct GitFolder {
    pub(super) path: PathBuf,
    pub(super) environment: Environment,
}

/// What `git http-backend` answers, if the target lies below a served prefix.
pub(super) fn answer(folders: &BTreeMap<String, GitFolder>, request: &Received) -> Option<Reply> {
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    let (folder, rest) = folders
        .iter()
        .find_map(|(prefix, folder)| Some((folder, path.strip_prefix(prefix.as_str())?)))?;
    let header = |name: &str| request.headers.get(name).map_or("", String::as_str);
    let program = Program::new("git")
        .arg("http-backend")
        .inherit(&folder.environment)
        .env("GIT_PROJECT_ROOT", &folder.path)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "safe.directory")
        .env("GIT_CONFIG_VALUE_0", "*")
        .env("PATH_INFO", rest)
        .env("QUERY_STRING", query)
        .env("REQUEST_METHOD", &request.method)
        .env("CONTENT_TYPE", header("content-type"))
        .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
        .env("GIT_PROTOCOL", header("git-protocol"))
        .input(request.body.clone());
    let output = program.run_any_status().ok()?.stdout;
    let split = output.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(output.get(..split)?).into_owned();
    let mut reply = Reply::ok(output.get(split + 4..)?);
    for (name, value) in head.lines().filter_map(|line| line.split_once(':')) {
        if name.eq_ignore_ascii_case("status") {
            reply.status = value.trim().split(' ').next()?.parse().ok()?;
        } else {
            reply = reply.header(name, value.trim());
        }
    }
    Some(reply)
}
