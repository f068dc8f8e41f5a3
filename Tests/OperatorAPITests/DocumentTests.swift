import DialectKit
import Hummingbird
import Provisioning
import TestSupport
import Testing

@testable import OperatorAPI

/// The description and the router name the same.
@Suite struct DocumentTests {
    @Test func everyRouteIsDescribedAndNoOther() throws {
        let store = try TemporaryStore()
        let node = NodeFacts(
            version: "1", startedAt: store.clock.now, uptime: { .zero }, process: { nil }, httpListeners: { [] },
            httpCounters: HTTPCounters())
        let router = Router(context: OperatorContext.self)
        OperatorAPI(useCases: store.useCases(), edge: FakeEdge(), registrations: FakeRegistrations(), node: node)
            .addRoutes(to: router)
        let routes = router.routes.map { "\($0.method) \(Self.path($0.path))" }.filter { !$0.contains(" /docs") }
        #expect(Set(OperatorAPI.pages.map { "\($0.method) \(Self.path($0.path))" }) == Set(routes))
        #expect(OperatorAPI.pages.count == routes.count)
    }

    /// A capture by its place: the router writes it in more than one way.
    private static func path(_ path: some CustomStringConvertible) -> String {
        "/"
            + path.description.split(separator: "/").map {
                $0.hasPrefix(":") || $0.hasPrefix("{") ? "*" : String($0)
            }.joined(separator: "/")
    }

    private struct Sample: Codable {
        enum Kind: String, Codable, CaseIterable {
            case one, two
        }
        var id: Int64
        var kind: Kind
        var name: String?
        var counts: [Int: UInt64]
        var parts: [Part]
        var part: Part?

        struct Part: Codable {
            var flag: Bool
        }
    }

    @Test func aTypeHasTheSchemaOfItsJSON() {
        #expect(
            JSON.object(Schema(of: Sample.self).json).text == """
                {"type":"object","properties":{"id":{"type":"integer"},"kind":{"type":"string","enum":["one","two"]},\
                "name":{"type":"string"},"counts":{"type":"object","additionalProperties":{"type":"integer","minimum":0}},\
                "parts":{"type":"array","items":{"type":"object","properties":{"flag":{"type":"boolean"}},\
                "required":["flag"],"additionalProperties":false}},"part":{"type":"object","properties":{"flag":\
                {"type":"boolean"}},"required":["flag"],"additionalProperties":false}},\
                "required":["id","kind","counts","parts"],"additionalProperties":false}
                """)
    }
}
