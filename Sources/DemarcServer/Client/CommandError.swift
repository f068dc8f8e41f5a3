/// Why a command did not do what was asked; every code is in `Docs/operations.md`.
package struct CommandError: Error, Equatable, Sendable {
    /// The process's exit code, after sysexits.h where one fits.
    package enum Code: Int32, CaseIterable, Sendable {
        /// A rule was broken, or there is no such thing.
        case refused = 1
        /// The command line makes no sense.
        case usage = 64
        /// No server runs on the data directory.
        case noServer = 69
        /// The server answered what the command does not understand, or failed.
        case serverFault = 70
        /// The server could not start: an address, a file, the store.
        case cannotStart = 71
        /// The server does not let us in.
        case notAllowed = 77
        /// The settings are wrong.
        case settings = 78
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
