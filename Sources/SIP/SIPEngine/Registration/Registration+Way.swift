/// How a call leaves over a registration: as whom, and to where the lease is (RFC 3608 section 5).
package struct RegistrationWay: Sendable {
    package let target: Target
    /// Where the user that is called stands before: `sip:registrar` without a user.
    package let registrar: [UInt8]
    package let addressOfRecord: [UInt8]
    package let contactUser: [UInt8]
    /// The values of Service-Route, each with `<` and `>`.
    package let routes: [[UInt8]]
    package let credentials: OutgoingLeg.Credentials
}

extension Registration {
    /// Nil while it does not hold.
    package var way: RegistrationWay? {
        guard state == .registered, let target = heldTarget else { return nil }
        return RegistrationWay(
            target: target, registrar: settings.registrar, addressOfRecord: settings.addressOfRecord,
            contactUser: settings.contactUser, routes: serviceRoute.headerValues,
            credentials: OutgoingLeg.Credentials(user: settings.authenticationUser, ha1: settings.ha1))
    }
}

extension [UInt8] {
    /// The values of a header that were joined with commas (RFC 3261 section 7.3.1).
    package var headerValues: [[UInt8]] {
        var values: [[UInt8]] = []
        var value: [UInt8] = []
        var (isInAddress, isQuoted, isEscaped) = (false, false, false)
        for byte in self {
            if byte == UInt8(ascii: ","), !isInAddress, !isQuoted {
                values.append(value)
                value = []
                continue
            }
            if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
            isEscaped = isQuoted && byte == UInt8(ascii: "\\") && !isEscaped
            if !isQuoted, byte == UInt8(ascii: "<") { isInAddress = true }
            if !isQuoted, byte == UInt8(ascii: ">") { isInAddress = false }
            if !value.isEmpty || byte != 0x20 { value.append(byte) }
        }
        return value.isEmpty ? values : values + [value]
    }
}
