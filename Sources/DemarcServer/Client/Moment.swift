import Foundation
import Provisioning

/// How commands write times.
enum Moment {
    /// `2026-01-02 03:04:05`, UTC.
    static func text(_ milliseconds: Int64) -> String {
        let style = Date.ISO8601FormatStyle().year().month().day().dateTimeSeparator(.space)
        return Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            .formatted(style.time(includingFractionalSeconds: false))
    }

    /// The time until then, in its two largest units.
    static func left(until milliseconds: Int64, now: Timestamp = WallClock.now()) -> String {
        duration(seconds: max(0, (milliseconds - now.milliseconds) / 1000))
    }

    static func duration(seconds: Int64) -> String {
        switch seconds {
        case ..<60: "\(seconds)s"
        case ..<3600: "\(seconds / 60)m \(seconds % 60)s"
        case ..<86400: "\(seconds / 3600)h \(seconds % 3600 / 60)m"
        default: "\(seconds / 86400)d \(seconds % 86400 / 3600)h"
        }
    }
}
