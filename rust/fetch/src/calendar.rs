//! Dates as services write them, in days since 1970.

/// Days from 1970-01-01 to a date of the Gregorian calendar, counted in years that begin in March; negative before. Month and day
/// count from 1 and are not checked.
pub(crate) fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    365 * year + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}
