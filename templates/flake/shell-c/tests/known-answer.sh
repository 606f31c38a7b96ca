#!/bin/sh
# The check value of CRC-32 is the sum of these nine digits.
set -eu
found=$(printf 123456789 | "$1")
[ "$found" = cbf43926 ] || {
  echo "expected cbf43926, found $found" >&2
  exit 1
}
