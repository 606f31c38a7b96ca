//! Nix's base 32: digits without e, o, t and u, five bits each, the digest read from its last byte.

const DIGITS: &[u8; 32] = b"0123456789abcdfghijklmnpqrsvwxyz";

/// The number of digits for this many bytes.
pub(crate) fn encoded_length(length_bytes: usize) -> usize {
    (length_bytes * 8).div_ceil(5)
}

/// The bytes as digits.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let byte_at = |index: usize| u32::from(bytes.get(index).copied().unwrap_or(0));
    (0..encoded_length(bytes.len()))
        .rev()
        .filter_map(|digit| {
            let (byte, shift) = (digit * 5 / 8, digit * 5 % 8);
            let pair = byte_at(byte) | byte_at(byte + 1) << 8;
            DIGITS.get((pair >> shift & 0x1f) as usize)
        })
        .map(|&digit| char::from(digit))
        .collect()
}

/// The bytes that the digits write. None: a character that is no digit (capitals are none), or bits beyond the last byte.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = vec![0_u8; text.len() * 5 / 8];
    for (position, character) in text.iter().rev().enumerate() {
        let value = DIGITS.iter().position(|digit| digit == character)?;
        let (byte, shift) = (position * 5 / 8, position * 5 % 8);
        let pair = u16::try_from(value).ok()? << shift;
        let [low, high] = pair.to_le_bytes();
        *bytes.get_mut(byte)? |= low;
        match bytes.get_mut(byte + 1) {
            Some(next) => *next |= high,
            None if high != 0 => return None,
            None => {}
        }
    }
    Some(bytes)
}
