import BandwidthAPI
import Foundation
import Provisioning
import TestSupport
import Testing

/// What this dialect's fixtures say of themselves, as `Fixtures/README.md` describes.
extension Fixture {
    private static let folder = Bundle.module.bundleURL.appending(path: "Fixtures")
    static let all = names(in: folder)

    static func text(_ file: String) throws -> String { try text(file, in: folder) }

    init(_ name: String) throws { try self.init(name, in: Self.folder) }

    var ceiling: TrafficClass { self["Ceiling"].flatMap(TrafficClass.init) ?? .all }
    var caller: String { self["Caller"] ?? "administrator" }
    var domain: String? { self["Domain"] }
    var number: String? { self["Number"] }
    var inventory: [String] { self["Inventory"]?.components(separatedBy: " ") ?? [] }

    /// The clock stands still, so that it can be said when an account may ask again.
    var settings: BandwidthSettings {
        var settings = BandwidthSettings()
        settings.now = { Timestamp(milliseconds: 1_767_225_600_000) }
        if let moves = self["Moves"].flatMap({ Int($0) }) { settings.movesPerMinute = moves }
        return settings
    }

    var features: Set<ProductFeature> {
        get throws {
            guard let names = self["Features"] else { return [.messaging, .termination] }
            return Set(try names.split(separator: " ").map { try #require(ProductFeature(rawValue: String($0))) })
        }
    }

    var addressVerdict: AddressVerdict? {
        switch self["Address-Check"] {
        case "down": .unavailable("test")
        case "unknown": .notRecognized
        default: nil
        }
    }
}
