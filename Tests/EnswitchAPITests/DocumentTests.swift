import DialectKit
import Testing

@testable import EnswitchAPI

/// The description and the list of functions name the same; what an answer holds is held by `SystemTests.DocumentTests`.
@Suite struct DocumentTests {
    @Test func everyFunctionIsDescribedAndNoOther() {
        #expect(EnswitchAPI.pages.map(\.path) == EnswitchAPI.functions.map(\.path))
        for method in ["get", "post"] {
            for (path, _) in EnswitchAPI.functions {
                let operation = "\"operationId\":\"\(method)_api_json_\(path.replacing("/", with: "_"))\""
                #expect(EnswitchAPI.document.text.contains(operation))
            }
        }
    }

    @Test func aParameterThatMustBeThereIsDescribedSo() throws {
        let create = try #require(EnswitchAPI.pages.first { $0.path == "routes/create" }).page
        #expect(create.parameters.filter(\.isRequired).map(\.name) == RouteWire.required)
        let update = try #require(EnswitchAPI.pages.first { $0.path == "routes/update" }).page
        #expect(update.parameters.filter(\.isRequired).map(\.name) == ["id"])
        #expect(create.parameters.count == 13 && update.parameters.count == 14)
    }
}
