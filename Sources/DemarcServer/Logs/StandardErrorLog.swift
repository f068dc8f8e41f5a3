import Foundation
import Logging
import Provisioning
import Synchronization

/// Writes log lines to standard error, one at a time.
struct StandardErrorLog: LogHandler {
    private static let gate = Mutex(())

    let label: String
    let format: LogFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }
        fields.merge(event.metadata ?? [:]) { $1 }
        if let error = event.error { fields["error"] = "\(error)" }
        let line = LogLine(
            milliseconds: WallClock.now().milliseconds, label: label, level: event.level, message: "\(event.message)",
            metadata: fields)
        Self.gate.withLock { _ in
            // A log that cannot be written must not stop the server.
            try? FileHandle.standardError.write(contentsOf: Data(line.text(format).utf8))
        }
    }
}

extension Logger {
    /// A logger of the server's, as the settings want it.
    static func server(_ label: String, _ settings: ServerSettings) -> Logger {
        let level = Logger.Level(rawValue: settings.logLevel) ?? .info
        return Logger(label: label) { label in
            StandardErrorLog(label: label, format: settings.logFormat, logLevel: level)
        }
    }
}
