use std::io::Cursor;

use super::*;
