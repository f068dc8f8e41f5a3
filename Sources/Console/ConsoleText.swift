import Foundation
import Provisioning

/// How pages write times.
enum ConsoleText {
    /// `2026-01-02 03:04:05`, UTC.
    static func clock(_ milliseconds: Int64) -> String {
        let style = Date.ISO8601FormatStyle().year().month().day().dateTimeSeparator(.space)
        return Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            .formatted(style.time(includingFractionalSeconds: false))
    }

    static func left(until moment: Int64, from now: Timestamp) -> String {
        duration(max(0, (moment - now.milliseconds) / 1000))
    }

    static func duration(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60) min \(seconds % 60) s"
        case ..<86400: "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        default: "\(seconds / 86400) d \(seconds % 86400 / 3600) h"
        }
    }
}
