import Foundation
import Testing

/// What is served under `/docs` describes what the dialects answer.
struct DocumentTests {
    @Test func theFixturesAreAsDescribed() async throws {
        let server = try await Installation().start()
        let documents = try await ServedDocuments(of: server)
        #expect(
            documents.names == [
                "bandwidth.json", "bandwidth.xsd", "enswitch.json", "signalwire.json", "voximplant.json",
                "operator.json",
            ])
        let outcome = try await ChildProcess.run(
            Tool.python, [Repository.file("Clients/documents.py"), documents.folder.path],
            environment: ["PYTHONDONTWRITEBYTECODE": "1"], within: .seconds(120))
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors.suffix(2000))")
        let checked = outcome.output.matches(of: /([a-z]+) ([0-9]+)\n/).map { (String($0.1), Int($0.2) ?? 0) }
        let least = ["bandwidth": 400, "enswitch": 110, "voximplant": 140, "signalwire": 140, "vendor": 70]
        #expect(Set(checked.map(\.0)) == Set(least.keys))
        for (name, count) in checked { #expect(count >= least[name, default: 0], "\(name)") }
        try await server.stop()
    }

    @Test func whoDoesNotSignInReadsNothing() async throws {
        let server = try await Installation().start()
        let port = server.installation.operatorPort
        for path in ["/docs", "/docs/operator.json", "/docs/bandwidth.xsd"] {
            let status = try await onThread {
                var connection = try HTTPConnection(to: port)
                return try connection.send("GET", path).status
            }
            #expect(status == 401, "\(path)")
        }
        try await server.stop()
    }
}
