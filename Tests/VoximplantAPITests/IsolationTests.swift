import Provisioning
import TestSupport
import Testing

/// What belongs to an account beside what `IsolationTests` of all dialects drives at random: its keys, and its money.
@Suite struct IsolationTests {
    @Test func keysAndMoneyAreTheAccountsOwn() async throws {
        try await TestServer.run { server in
            let other = try await server.store.tenant("other")
            let (signer, _) = try await TestServer.keys(
                of: other.account.id, role: .owner, server.store, server.useCases)
            _ = try await server.useCases.ledgers.topUp(other.account.id, amount: "10")
            func asOther(_ name: String, _ parameters: [(String, String)] = []) async throws -> String {
                try await server.command(name, parameters, as: signer, of: other.account.id)
            }
            let key = server.signer.keyID
            #expect(try await asOther("DeleteKey", [("key_id", key)]).hasPrefix(#"{"error":{"code":433,"#))
            #expect(try await !asOther("GetKeys", [("count", "1000")]).contains(key))
            #expect(try await asOther("GetAccountInfo").contains(#""balance":10,"#))
            #expect(try await server.command("GetAccountInfo").contains(#""balance":100,"#))
        }
    }
}
