import DialectKit
import Testing

@testable import VoximplantAPI

/// The description and the table of commands name the same; what an answer holds is held by `SystemTests.DocumentTests`.
@Suite struct DocumentTests {
    @Test func everyCommandIsDescribedAndNoOther() {
        #expect(Set(VoximplantAPI.pages.keys) == Set(VoximplantAPI.commandList.map(\.name)))
        for command in VoximplantAPI.commandList {
            #expect(VoximplantAPI.document.text.contains("\"operationId\":\"post_\(command.name)\""))
        }
    }

    @Test func requiredParametersAreParameters() {
        for (name, page) in VoximplantAPI.pages {
            #expect(Set(page.parameters.map(\.name)).count == page.parameters.count, "\(name)")
        }
    }
}
