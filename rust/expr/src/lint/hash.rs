//! SHA-256 in the ways in which Nix writes it. Hashes are only rewritten here, never made.

/// The digits of Nix' base 32: no `e`, `o`, `t` and `u`.
const NIX32: &[u8; 32] = b"0123456789abcdfghijklmnpqrsvwxyz";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Returns `sha256-…` for a SHA-256 in base 16 or Nix' base 32, with or without `sha256:` in front; `None` for anything else.
pub(crate) fn sha256_to_sri(text: &str) -> Option<String> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let bytes = match digits.len() {
        64 => from_base16(digits)?,
        52 => from_nix32(digits)?,
        _ => return None,
    };
    Some(format!("sha256-{}", to_base64(&bytes)))
}

fn from_base16(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
        for digit in pair {
            let value = char::from(*digit).to_digit(16)?;
            *byte = *byte << 4 | u8::try_from(value).ok()?;
        }
    }
    Some(bytes)
}

/// Five bits for each digit, the last digit lowest.
fn from_nix32(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    for (place, digit) in digits.bytes().rev().enumerate() {
        let value = NIX32.iter().position(|known| *known == digit)?;
        let bit = place * 5;
        let wide = u16::try_from(value).ok()? << (bit % 8);
        let [low, high] = wide.to_le_bytes();
        *bytes.get_mut(bit / 8)? |= low;
        match bytes.get_mut(bit / 8 + 1) {
            Some(next) => *next |= high,
            None if high != 0 => return None,
            None => {}
        }
    }
    Some(bytes)
}

fn to_base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let mut three = [0; 4];
        for (to, from) in three.iter_mut().skip(1).zip(group) {
            *to = *from;
        }
        let bits = u32::from_be_bytes(three);
        for place in 0..4 {
            let value = bits >> (18 - 6 * place) & 63;
            let digit = usize::try_from(value)
                .ok()
                .and_then(|value| BASE64.get(value));
            match digit {
                Some(digit) if place <= group.len() => out.push(char::from(*digit)),
                _ => out.push('='),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `nix hash convert` of Nix 2.34 says of the hashes of nothing and of `abc`.
    #[test]
    fn known_hashes() {
        let nothing = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let abc = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
        for (text, sri) in [
            (
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                nothing,
            ),
            (
                "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73",
                nothing,
            ),
            (
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                abc,
            ),
            (
                "sha256:1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s",
                abc,
            ),
        ] {
            assert_eq!(sha256_to_sri(text).as_deref(), Some(sri), "{text}");
        }
    }

    #[test]
    fn what_is_no_hash_stays() {
        let too_large = format!("z{}", "0".repeat(51));
        let not_a_digit = "e".repeat(52);
        let not_hex = "g".repeat(64);
        for text in ["", "sha256-abc", &too_large, &not_a_digit, &not_hex, "ä"] {
            assert_eq!(sha256_to_sri(text), None, "{text}");
        }
    }
}
