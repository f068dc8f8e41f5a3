import Foundation
import Provisioning
import TestSupport
import Testing

/// What this dialect's fixtures say of themselves, as `Fixtures/README.md` describes.
extension Fixture {
    private static let folder = Bundle.module.bundleURL.appending(path: "Fixtures")
    static let all = names(in: folder)

    init(_ name: String) throws { try self.init(name, in: Self.folder) }

    var caller: String { self["Caller"] ?? "administrator" }
    var credential: String? { self["Credential"] }
    var bindings: [String] { self["Bindings"]?.components(separatedBy: " ") ?? [] }

    var features: Set<ProductFeature> {
        get throws {
            guard let names = self["Features"] else { return [.messaging, .termination] }
            return Set(try names.split(separator: " ").map { try #require(ProductFeature(rawValue: String($0))) })
        }
    }
}
