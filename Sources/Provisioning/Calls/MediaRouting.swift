/// Which way the media of an account's calls goes.
package enum MediaRouting: String, CaseIterable, Sendable {
    /// Between the ends and never by a relay; what only a relay could join is refused.
    case direct
    /// By a relay where the ends could not hear each other without one.
    case auto
    /// By a relay.
    case always
}
