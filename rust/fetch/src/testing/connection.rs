//! One connection of the test server: requests in, scripted replies out.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use super::{Received, Reply, Script, git_backend, locked};

/// Answers the requests on `stream` until one side has enough.
pub(super) fn serve(stream: &TcpStream, script: &Script) {
    // Head and body are written one after the other: without this the second waits for the first to be acknowledged.
    stream.set_nodelay(true).ok();
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    while let Ok(Some(request)) = receive(&mut reader, &mut writer) {
        locked(&script.received).push(request.clone());
        let reply = script
            .next_reply(&request.target)
            .or_else(|| {
                let handler = locked(&script.handler).clone();
                handler.and_then(|handler| handler(&request))
            })
            .or_else(|| git_backend::answer(&locked(&script.git_folders), &request))
            .unwrap_or_else(|| Reply::status(404));
        if !matches!(send(&mut writer, &reply, &request), Ok(true)) {
            if reply.stalls {
                // Ends when the client closes its side.
                drop(io::copy(&mut reader, &mut io::sink()));
            }
            return;
        }
    }
}

fn receive(reader: &mut impl BufRead, writer: &mut impl Write) -> io::Result<Option<Received>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_ascii_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let (method, target) = (method.to_owned(), target.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    if headers
        .get("expect")
        .is_some_and(|value| value == "100-continue")
    {
        writer.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let body = receive_body(reader, &headers)?;
    Ok(Some(Received {
        method,
        target,
        headers,
        body,
    }))
}

fn receive_body(
    reader: &mut impl BufRead,
    headers: &BTreeMap<String, String>,
) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if headers
        .get("transfer-encoding")
        .is_some_and(|value| value.contains("chunked"))
    {
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let length = u64::from_str_radix(line.trim(), 16).unwrap_or(0);
            reader.take(length).read_to_end(&mut body)?;
            reader.read_line(&mut line)?;
            if length == 0 {
                return Ok(body);
            }
        }
    }
    let length = headers
        .get("content-length")
        .and_then(|value| value.parse().ok())
        .unwrap_or(0);
    reader.take(length).read_to_end(&mut body)?;
    Ok(body)
}

/// Sends `reply`; whether the connection can be used again.
fn send(writer: &mut impl Write, reply: &Reply, request: &Received) -> io::Result<bool> {
    if reply.is_silent {
        return Ok(false);
    }
    let start = range_start(reply, request);
    let status = if start.is_some() { 206 } else { reply.status };
    let body = reply.body.get(start.unwrap_or(0)..).unwrap_or_default();
    let mut head = format!("HTTP/1.1 {status} Scripted\r\n");
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(start) = start {
        let total = reply.body.len();
        head.push_str(&format!(
            "Content-Range: bytes {start}-{}/{total}\r\n",
            total.saturating_sub(1)
        ));
    }
    if reply.chunked {
        head.push_str("Transfer-Encoding: chunked\r\n");
    } else if !reply.without_length {
        let length = reply.announced_bytes.unwrap_or(body.len() as u64);
        head.push_str(&format!("Content-Length: {length}\r\n"));
    }
    head.push_str("\r\n");
    writer.write_all(head.as_bytes())?;
    if request.method == "HEAD" {
        return Ok(true);
    }
    if let Some(pause) = reply.drip {
        return drip(writer, body, pause);
    }
    let sent = body
        .get(..reply.sent_bytes.unwrap_or(body.len()))
        .unwrap_or(body);
    let whole = sent.len() == body.len() && reply.announced_bytes.is_none() && !reply.stalls;
    if reply.chunked {
        write!(writer, "{:x}\r\n", body.len())?;
        writer.write_all(sent)?;
        if whole {
            writer.write_all(if body.is_empty() {
                b"\r\n"
            } else {
                b"\r\n0\r\n\r\n"
            })?;
        }
    } else {
        for _ in 0..reply.rounds {
            writer.write_all(sent)?;
        }
    }
    writer.flush()?;
    Ok(whole && !reply.without_length)
}

/// Sends bytes one by one until the client has enough.
fn drip(writer: &mut impl Write, body: &[u8], pause: Duration) -> io::Result<bool> {
    let mut bytes = body.iter().chain(std::iter::repeat(&b' '));
    loop {
        thread::sleep(pause);
        let byte = bytes.next().copied().unwrap_or_default();
        writer.write_all(&[byte])?;
        writer.flush()?;
    }
}

/// Where the client asks to go on, if the reply allows that.
fn range_start(reply: &Reply, request: &Received) -> Option<usize> {
    if !reply.ranges {
        return None;
    }
    let start = request
        .headers
        .get("range")?
        .strip_prefix("bytes=")?
        .strip_suffix('-')?
        .parse()
        .ok()?;
    let condition = request.headers.get("if-range").map(String::as_str);
    let unchanged = condition.is_none() || condition == reply.header_value("etag");
    (unchanged && start < reply.body.len()).then_some(start)
}
