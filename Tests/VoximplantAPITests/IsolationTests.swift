import Foundation
import Provisioning
import TestSupport
import Testing

/// Two accounts on one server see nothing of each other, and cannot name what the other has.
@Suite struct IsolationTests {
    @Test func nothingCrossesTheLine() async throws {
        try await TestServer.run { server in
            let other = try await server.store.tenant("other")
            let (signer, _) = try await TestServer.keys(
                of: other.account.id, role: .owner, server.store, server.useCases)
            _ = try await server.useCases.ledgers.topUp(other.account.id, amount: "10")
            func asOther(_ name: String, _ parameters: [(String, String)] = []) async throws -> String {
                try await server.command(name, parameters, as: signer, of: other.account.id)
            }
            try await fill(server)
            for list in ["GetSipRegistrations", "GetApplications", "GetUsers", "GetRules"] {
                #expect(try await asOther(list) == #"{"result":[],"total_count":0,"count":0}"#)
                #expect(try await server.command(list).contains(#""total_count":1"#))
            }
            let registration = [("sip_registration_id", "1")]
            for command in ["UpdateSipRegistration", "BindSipRegistration", "DeleteSipRegistration"] {
                #expect(try await asOther(command, registration).hasPrefix(#"{"error":{"code":275,"#), "\(command)")
            }
            #expect(try await asOther("DelUser", [("user_id", "1")]).hasPrefix(#"{"error":{"code":117,"#))
            #expect(try await asOther("DelRule", [("rule_id", "1")]).hasPrefix(#"{"error":{"code":147,"#))
            #expect(try await asOther("DelApplication", [("application_id", "1")]).hasPrefix(#"{"error":{"code":116,"#))
            #expect(
                try await asOther("DeleteKey", [("key_id", server.signer.keyID)]).hasPrefix(#"{"error":{"code":433,"#))
            let stolen = [("sip_username", "a"), ("proxy", "b.example.com"), ("application_id", "1")]
            #expect(try await asOther("CreateSipRegistration", stolen).hasPrefix(#"{"error":{"code":116,"#))
            #expect(try await asOther("GetSipRegistrations") == #"{"result":[],"total_count":0,"count":0}"#)
            #expect(try await asOther("GetAccountInfo").contains(#""balance":10,"#))
            // The same names again, in the other account.
            try await fill(server, as: signer, of: other.account.id, application: "2")
        }
    }

    private func fill(
        _ server: TestServer, as signer: Signer? = nil, of account: AccountID? = nil, application: String = "1"
    ) async throws {
        let commands: [(String, [(String, String)])] = [
            ("AddApplication", [("application_name", "support")]),
            (
                "AddUser",
                [
                    ("user_name", "alice"), ("user_display_name", "Alice"), ("user_password", "Secr3t!pass"),
                    ("application_id", application),
                ]
            ),
            ("AddRule", [("rule_name", "all"), ("rule_pattern", ".*"), ("application_id", application)]),
            (
                "CreateSipRegistration",
                [("sip_username", "john"), ("proxy", "sip.example.com"), ("application_id", application)]
            ),
        ]
        for (name, parameters) in commands {
            let answer = try await server.command(name, parameters, as: signer, of: account)
            #expect(answer.hasPrefix(#"{"result":1,"#), "\(name): \(answer)")
        }
    }
}
