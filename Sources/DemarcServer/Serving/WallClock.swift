import Foundation
package import Provisioning

/// The time of day; read only at the rim.
package enum WallClock {
    package static func now() -> Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }
}

/// What this build calls itself.
package enum Version {
    package static let current = "0.1.0"
}
