//! Decompressing streams that end where they say and are followed by nothing else.

use std::io::{self, BufRead, Read};

use brotli::enc::StandardAlloc;
use brotli::{BrotliResult, BrotliState};

use super::Compression;

/// The memory that one .xz or .lzma stream may ask for: sixteen times what `xz -9` needs.
const MEMORY_BYTES_LIMIT: u64 = 1 << 30;

/// A wrong compressed stream, inside an `io::Error`.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// It stops in the middle.
    #[error("{format} ends too early, at byte {offset}")]
    Truncated {
        /// `gzip stream`, …
        format: &'static str,
        /// In the compressed file.
        offset: u64,
    },
    /// Something else follows it.
    #[error("{format} is followed by other bytes, from byte {offset} on")]
    TrailingBytes {
        /// `gzip stream`, …
        format: &'static str,
        /// In the compressed file.
        offset: u64,
    },
    /// It breaks its format.
    #[error("broken {format} before byte {offset}: {reason}")]
    Broken {
        /// `gzip stream`, …
        format: &'static str,
        /// In the compressed file, after what was read.
        offset: u64,
        /// In the decompressor's words.
        reason: String,
    },
}

impl Compression {
    /// What its streams are called in messages.
    pub(crate) fn stream_name(self) -> &'static str {
        match self {
            Self::None => "tar archive",
            Self::Gzip => "gzip stream",
            Self::Bzip2 => "bzip2 stream",
            Self::Xz => "xz stream",
            Self::Zstd => "zstd stream",
            Self::Brotli => "brotli stream",
            Self::Lzma => "lzma stream",
        }
    }
}

/// The decompressed bytes. Errors of the format come as [`StreamError`] inside the `io::Error`.
pub fn decoder<'input>(
    input: impl BufRead + 'input,
    compression: Compression,
) -> io::Result<Box<dyn Read + 'input>> {
    let input = Counted {
        inner: input,
        offset: 0,
        failed: false,
    };
    Ok(match compression {
        Compression::None => Box::new(input),
        Compression::Gzip => Box::new(Members::<_, flate2::bufread::GzDecoder<_>>::new(input)?),
        Compression::Bzip2 => Box::new(Members::<_, bzip2::bufread::BzDecoder<_>>::new(input)?),
        Compression::Xz => Box::new(Members::<_, XzMember<_>>::new(input)?),
        Compression::Lzma => Box::new(Members::<_, LzmaMember<_>>::new(input)?),
        Compression::Zstd => Box::new(Members::<_, zstd::stream::read::Decoder<'static, _>>::new(
            input,
        )?),
        Compression::Brotli => Box::new(Members::<_, BrotliMember<_>>::new(input)?),
    })
}

/// A reader that knows how far it is and whether it was itself the one that failed.
struct Counted<R> {
    inner: R,
    offset: u64,
    failed: bool,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let filled = self.inner.fill_buf();
        self.failed = matches!(&filled, Err(error) if error.kind() != io::ErrorKind::Interrupted);
        filled
    }

    fn consume(&mut self, count: usize) {
        self.offset += count as u64;
        self.inner.consume(count);
    }
}

/// One self-contained stretch of a compressed stream; several of them in a row are one stream.
trait Member<R: BufRead>: Read + Sized {
    const COMPRESSION: Compression;
    fn open(input: Counted<R>) -> io::Result<Self>;
    fn input(&self) -> &Counted<R>;
    fn into_input(self) -> Counted<R>;
}

impl<R: BufRead> Member<R> for flate2::bufread::GzDecoder<Counted<R>> {
    const COMPRESSION: Compression = Compression::Gzip;

    fn open(input: Counted<R>) -> io::Result<Self> {
        Ok(Self::new(input))
    }

    fn input(&self) -> &Counted<R> {
        self.get_ref()
    }

    fn into_input(self) -> Counted<R> {
        self.into_inner()
    }
}

impl<R: BufRead> Member<R> for bzip2::bufread::BzDecoder<Counted<R>> {
    const COMPRESSION: Compression = Compression::Bzip2;

    fn open(input: Counted<R>) -> io::Result<Self> {
        Ok(Self::new(input))
    }

    fn input(&self) -> &Counted<R> {
        self.get_ref()
    }

    fn into_input(self) -> Counted<R> {
        self.into_inner()
    }
}

impl<R: BufRead> Member<R> for zstd::stream::read::Decoder<'static, Counted<R>> {
    const COMPRESSION: Compression = Compression::Zstd;

    fn open(input: Counted<R>) -> io::Result<Self> {
        Ok(Self::with_buffer(input)?.single_frame())
    }

    fn input(&self) -> &Counted<R> {
        self.get_ref()
    }

    fn into_input(self) -> Counted<R> {
        self.finish()
    }
}

struct XzMember<R: BufRead>(liblzma::bufread::XzDecoder<Counted<R>>);

impl<R: BufRead> Read for XzMember<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: BufRead> Member<R> for XzMember<R> {
    const COMPRESSION: Compression = Compression::Xz;

    fn open(input: Counted<R>) -> io::Result<Self> {
        let stream = liblzma::stream::Stream::new_stream_decoder(MEMORY_BYTES_LIMIT, 0)?;
        Ok(Self(liblzma::bufread::XzDecoder::new_stream(input, stream)))
    }

    fn input(&self) -> &Counted<R> {
        self.0.get_ref()
    }

    fn into_input(self) -> Counted<R> {
        self.0.into_inner()
    }
}

struct LzmaMember<R: BufRead>(liblzma::bufread::XzDecoder<Counted<R>>);

impl<R: BufRead> Read for LzmaMember<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: BufRead> Member<R> for LzmaMember<R> {
    const COMPRESSION: Compression = Compression::Lzma;

    fn open(input: Counted<R>) -> io::Result<Self> {
        let stream = liblzma::stream::Stream::new_lzma_decoder(MEMORY_BYTES_LIMIT)?;
        Ok(Self(liblzma::bufread::XzDecoder::new_stream(input, stream)))
    }

    fn input(&self) -> &Counted<R> {
        self.0.get_ref()
    }

    fn into_input(self) -> Counted<R> {
        self.0.into_inner()
    }
}

/// Brotli's own reader neither tells where the stream ends nor a short stream from a wrong one, so the decoder is driven
/// directly.
struct BrotliMember<R> {
    input: Counted<R>,
    state: Box<BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>>,
    ended: bool,
}

impl<R: BufRead> Read for BrotliMember<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !buffer.is_empty() {
            let input = self.input.fill_buf()?;
            let at_end = input.is_empty();
            let (mut left_in, mut taken) = (input.len(), 0);
            let (mut left_out, mut given) = (buffer.len(), 0);
            let result = brotli::BrotliDecompressStream(
                &mut left_in,
                &mut taken,
                input,
                &mut left_out,
                &mut given,
                buffer,
                &mut 0,
                &mut self.state,
            );
            self.input.consume(taken);
            match result {
                BrotliResult::ResultSuccess => self.ended = true,
                BrotliResult::NeedsMoreInput if at_end && given == 0 => {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => {}
                BrotliResult::ResultFailure => {
                    return Err(io::Error::other("not valid in its place"));
                }
            }
            if given > 0 {
                return Ok(given);
            }
        }
        Ok(0)
    }
}

impl<R: BufRead> Member<R> for BrotliMember<R> {
    const COMPRESSION: Compression = Compression::Brotli;

    fn open(input: Counted<R>) -> io::Result<Self> {
        let alloc = StandardAlloc::default;
        Ok(Self {
            input,
            state: Box::new(BrotliState::new(alloc(), alloc(), alloc())),
            ended: false,
        })
    }

    fn input(&self) -> &Counted<R> {
        &self.input
    }

    fn into_input(self) -> Counted<R> {
        self.input
    }
}

enum State<R, M> {
    Inside(M),
    Between(Counted<R>),
    Done,
}

/// Reads one member after the other up to the end of the input.
struct Members<R, M> {
    state: State<R, M>,
}

impl<R: BufRead, M: Member<R>> Members<R, M> {
    fn new(input: Counted<R>) -> io::Result<Self> {
        Ok(Self {
            state: State::Inside(M::open(input)?),
        })
    }
}

impl<R: BufRead, M: Member<R>> Read for Members<R, M> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Done => return Ok(0),
                State::Between(input) => {
                    if let Some(input) = next_member(input, M::COMPRESSION)? {
                        self.state = State::Inside(M::open(input)?);
                    }
                }
                State::Inside(mut member) => match member.read(buffer) {
                    Ok(0) => self.state = State::Between(member.into_input()),
                    Ok(count) => {
                        self.state = State::Inside(member);
                        return Ok(count);
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                        self.state = State::Inside(member);
                        return Err(error);
                    }
                    Err(error) => return Err(stream_error(error, M::COMPRESSION, member.input())),
                },
            }
        }
    }
}

/// The input at its next member, past zero padding where the format has it. None: the end.
fn next_member<R: BufRead>(
    mut input: Counted<R>,
    compression: Compression,
) -> io::Result<Option<Counted<R>>> {
    let padded = matches!(compression, Compression::Gzip | Compression::Xz);
    loop {
        let bytes = input.fill_buf()?;
        let Some(&first) = bytes.first() else {
            return Ok(None);
        };
        let zeroes = bytes.iter().take_while(|&&it| it == 0).count();
        if padded && zeroes > 0 {
            input.consume(zeroes);
            continue;
        }
        let begins_member = match compression {
            Compression::Gzip => first == 0x1f,
            Compression::Bzip2 => first == b'B',
            Compression::Xz => first == 0xfd,
            Compression::Zstd => first == 0x28 || (0x50..=0x5f).contains(&first),
            Compression::None | Compression::Brotli | Compression::Lzma => false,
        };
        if begins_member {
            return Ok(Some(input));
        }
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            StreamError::TrailingBytes {
                format: compression.stream_name(),
                offset: input.offset,
            },
        ));
    }
}

fn stream_error<R>(error: io::Error, compression: Compression, input: &Counted<R>) -> io::Error {
    if input.failed {
        return error;
    }
    let (format, offset) = (compression.stream_name(), input.offset);
    let wrong = if error.kind() == io::ErrorKind::UnexpectedEof {
        StreamError::Truncated { format, offset }
    } else {
        StreamError::Broken {
            format,
            offset,
            reason: error.to_string(),
        }
    };
    io::Error::new(io::ErrorKind::InvalidData, wrong)
}
