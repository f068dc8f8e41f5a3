import Provisioning
import Testing

@testable import OperatorAPI

@Suite("The bodies of the operator's API")
struct OperatorRequestsTests {
    private static func faults(_ body: () throws(ProvisioningError) -> Void) -> [String] {
        do throws(ProvisioningError) {
            try body()
            return []
        } catch {
            return error.faults.map { "\($0.field):\($0.rule.rawValue)" }
        }
    }

    @Test("an account names every fault at once")
    func accountFaults() {
        let found = Self.faults { () throws(ProvisioningError) in
            _ = try OperatorWire.NewAccount(name: " ", features: ["SMS", "FAX", "PAGER"], trafficCeiling: "LOTS")
                .parse()
        }
        #expect(
            found == [
                "features:featureUnknown", "features:featureUnknown", "trafficCeiling:trafficClassInvalid",
                "name:elementRequired",
            ])
    }

    @Test("an account takes features and ceilings in any letter case")
    func accountCase() throws {
        let draft = try OperatorWire.NewAccount(name: "a", features: ["sms", "Uc"], trafficCeiling: "domestic").parse()
        #expect(draft.features == [.messaging, .unifiedCommunications])
        #expect(draft.ceiling == .domestic)
        #expect(draft.country == "US")
    }

    @Test("a caller is an administrator unless it says otherwise")
    func callers() throws {
        #expect(try OperatorWire.NewCaller(name: "a", password: "p").parse().role == .administrator)
        #expect(try OperatorWire.NewCaller(name: "a", role: "reader", password: "p").parse().role == .reader)
        let found = Self.faults { () throws(ProvisioningError) in
            _ = try OperatorWire.NewCaller(name: nil, role: "king", password: nil).parse()
        }
        #expect(found == ["name:elementRequired", "password:elementRequired", "role:valueInvalid"])
    }

    @Test("a value of a closed set that is none of it is answered with the set")
    func choices() {
        let bodies: [(() throws(ProvisioningError) -> Void, String)] = [
            (
                { () throws(ProvisioningError) in
                    _ = try OperatorWire.NewCaller(name: "a", role: "boss", password: "p").parse()
                }, "role cannot be boss; use administrator or reader."
            ),
            (
                { () throws(ProvisioningError) in
                    _ = try OperatorWire.NewResource(kind: "fax", name: "a", target: nil).parse()
                }, "kind cannot be fax; use \(CallResource.Kind.choices)."
            ),
            (
                { () throws(ProvisioningError) in
                    _ = try OperatorWire.NewToken(name: "a", contract: "1999").parse()
                }, "contract cannot be 1999; use \(APIToken.Contract.choices)."
            ),
        ]
        for (body, message) in bodies {
            do throws(ProvisioningError) {
                try body()
                Issue.record("\(message): it was taken")
            } catch {
                #expect(OperatorErrorTable.message(of: error.first) == message)
            }
        }
        #expect(MediaRouting.choices.contains(" or "))
    }

    @Test("a password that is too long is not repeated in the fault")
    func longPassword() {
        let password = String(repeating: "hunter2", count: 40)
        do throws(ProvisioningError) {
            _ = try OperatorWire.NewPassword(password: password).parse()
            Issue.record("a password of \(password.utf8.count) bytes was taken")
        } catch {
            #expect(error.first.rule == .valueInvalid)
            #expect(!OperatorErrorTable.message(of: error.first).contains("hunter2"))
        }
    }

    @Test("a credential comes with a password or with hashes")
    func credentials() throws {
        guard
            case .withPassword(let name, let password, nil) = try OperatorWire.NewCredential(
                userName: "John", domain: "bw.com", password: "p"
            ).parse()
        else {
            Issue.record("no password was seen")
            return
        }
        #expect(name.composite == "John@bw.com")
        #expect(password.reveal() == "p")
        guard case .hashed(let draft) = try OperatorWire.NewCredential(userName: "John", hash1: "h").parse() else {
            Issue.record("no hash was seen")
            return
        }
        #expect(draft.hash1 == "h")
        let found = Self.faults { () throws(ProvisioningError) in
            _ = try OperatorWire.NewCredential(userName: "John").parse()
        }
        #expect(found == ["password:elementRequired"])
    }

    @Test(
        "numbers are wanted, and not too many",
        arguments: [(0, "numbers:elementRequired"), (10_001, "numbers:valueInvalid")])
    func numbers(count: Int, fault: String) {
        let found = Self.faults { () throws(ProvisioningError) in
            _ = try OperatorWire.NewNumbers(numbers: Array(repeating: "+14155550100", count: count)).parse()
        }
        #expect(found == [fault])
    }
}
