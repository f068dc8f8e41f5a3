/// Somewhere that calls are sent to, and whether somebody is there; times in milliseconds since 1970.
package struct LiveDestination: Sendable, Equatable, Codable {
    package enum State: String, Sendable, Codable, CaseIterable {
        /// It never answered an OPTIONS, which some do not: calls are tried.
        case unknown
        case up
        /// Calls go elsewhere while there is an elsewhere.
        case down
    }

    /// As it is written: `sip.example.com:5061;transport=tls`.
    package var destination: String
    package var state = State.unknown
    /// When it last went up or down.
    package var since: Int64?
    package var probedAt: Int64?
    /// What the last OPTIONS met: a status, or why there was none; empty before the first.
    package var last = ""
    /// Who sends calls there: `trunk 12`.
    package var users: [String]

    package init(destination: String, users: [String]) {
        self.destination = destination
        self.users = users
    }
}
