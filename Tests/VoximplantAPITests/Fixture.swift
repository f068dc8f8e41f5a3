import Foundation
import Provisioning
import TestSupport
import Testing

/// What this dialect's fixtures say of themselves, as `Fixtures/README.md` describes.
extension Fixture {
    private static let folder = Bundle.module.bundleURL.appending(path: "Fixtures")
    static let all = names(in: folder)

    init(_ name: String) throws { try self.init(name, in: Self.folder) }

    var token: String { self["Token"] ?? "good" }
    var balance: String { self["Balance"] ?? "100" }
    var isFrozen: Bool { self["Frozen"] != nil }
    var isSuspended: Bool { self["Suspended"] != nil }
    /// A domain in which another dialect has a credential `taken`.
    var credentialDomain: String? { self["Credential"] }
    var rate: Int? { self["Rate"].flatMap { Int($0) } }

    var role: ServiceRole {
        get throws {
            guard let name = self["Role"] else { return .owner }
            return try #require(ServiceRole(rawValue: name))
        }
    }
}
