import DialectKit
import Hummingbird
import Testing

@testable import BandwidthAPI

/// The description is made of the route table; which bodies it has, and their schema, is written. What a document holds
/// is held by `SystemTests.DocumentTests`.
@Suite struct DocumentTests {
    @Test func everyBodyIsDescribedAndNoOther() {
        let routes = BandwidthAPI.routeList.filter { [.post, .put].contains($0.method) }
        #expect(Set(BandwidthAPI.bodies.keys) == Set(routes.map(BandwidthAPI.name)))
    }

    @Test func everyRootIsInTheSchema() throws {
        let schema = try #require(BandwidthAPI.documents.first { $0.name == "bandwidth.xsd" }).text
        for root in Set(BandwidthAPI.routeList.map(\.operation.root)) {
            #expect(schema.contains("\n  <xs:element name=\"\(root)\""), "\(root)")
        }
    }
}
