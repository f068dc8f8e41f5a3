extension MessageWriter {
    /// Date (RFC 3261 section 20.17), from seconds since 1970-01-01T00:00:00Z, not before.
    package mutating func header(date seconds: Int) {
        let (days, second) = (seconds / 86_400, seconds % 86_400)
        let date = CivilDate(days: days)
        beginHeader(.date)
        append("SunMonTueWedThuFriSat", from: (days + 4) % 7 * 3, 3)
        append(", ")
        append(twoDigits: date.day)
        append(byte: .space)
        append("JanFebMarAprMayJunJulAugSepOctNovDec", from: (date.month - 1) * 3, 3)
        append(byte: .space)
        append(decimal: date.year)
        append(byte: .space)
        append(twoDigits: second / 3600)
        append(byte: .colon)
        append(twoDigits: second / 60 % 60)
        append(byte: .colon)
        append(twoDigits: second % 60)
        append(" GMT\r\n")
    }

    private mutating func append(twoDigits value: Int) {
        append(byte: UInt8(ascii: "0") + UInt8(value / 10))
        append(byte: UInt8(ascii: "0") + UInt8(value % 10))
    }
}

/// A day of the Gregorian calendar.
private struct CivilDate {
    let year: Int
    let month: Int
    let day: Int

    /// From days since 1970-01-01, not before. Years are counted from March on, so that a leap day ends its year.
    init(days: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}
