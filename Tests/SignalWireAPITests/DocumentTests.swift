import DialectKit
import Testing

@testable import SignalWireAPI

/// The description and the route tables name the same; what an answer holds is held by `SystemTests.DocumentTests`.
@Suite struct DocumentTests {
    @Test func everyRouteIsDescribedAndNoOther() {
        let routes = SignalWireAPI.routeList + SignalWireAPI.relayRouteList
        #expect(Set(SignalWireAPI.pages.keys) == Set(routes.map(SignalWireAPI.name)))
        #expect(SignalWireAPI.document.text.matches(of: /"operationId"/).count == routes.count)
    }
}
