import Foundation
import Provisioning
import TestSupport

/// What this dialect's fixtures say of themselves, as `Fixtures/README.md` describes.
extension Fixture {
    private static let folder = Bundle.module.bundleURL.appending(path: "Fixtures")
    static let all = names(in: folder)

    init(_ name: String) throws { try self.init(name, in: Self.folder) }

    var token: String { self["Token"] ?? "2026" }
    var inventory: [String] { self["Inventory"]?.components(separatedBy: " ") ?? [] }
    var resource: CallResource.Kind? { self["Resource"].flatMap(CallResource.Kind.init) }
    /// Seconds that pass before the last exchange.
    var later: Int { self["Later"].flatMap { Int($0) } ?? 0 }
}
