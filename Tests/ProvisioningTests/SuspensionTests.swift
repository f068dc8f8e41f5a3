import CryptoExtras
import Foundation
import TestSupport
import Testing

@testable import Provisioning

/// Nobody of a suspended account is let in, whatever he shows, from the moment that the operator is told so.
@Suite struct SuspensionTests {
    private let home: TemporaryStore
    private let useCases: UseCases
    private let tenant: Tenant

    init() async throws {
        home = try TemporaryStore()
        useCases = home.useCases()
        tenant = try await home.tenant()
        _ = try await useCases.callers.create(
            name: "ada", account: tenant.account.id, role: .administrator, password: Secret("right"))
    }

    /// Ways to sign in, each with something that is right.
    private enum Way: CaseIterable {
        case password, tokenForPassword, token, keySecret, keyToken, apiToken
    }

    private struct Ways {
        let useCases: UseCases
        let account: Account
        let token: Secret<String>
        let secret: Secret<String>
        let signed: Secret<String>
        let api: Secret<String>

        /// Whether somebody is let in.
        func enter(_ way: Way) async throws(ProvisioningError) -> Bool {
            let (callers, keys) = (useCases.callers, useCases.serviceKeys)
            switch way {
            case .password: return try await callers.authenticate(name: "ada", password: Secret("right")) != nil
            case .tokenForPassword: return try await callers.token(name: "ada", password: Secret("right")) != nil
            case .token: return try await callers.authenticate(token: token) != nil
            case .keySecret:
                return try await keys.authenticate(secret: secret, id: "\(account.id)", name: nil).account == account.id
            case .keyToken: return try await keys.authenticate(token: signed).account == account.id
            case .apiToken:
                return try await useCases.apiTokens.authenticate(project: account.project, token: api) != nil
            }
        }

        /// What each way leads to: `nil` for who is let in, else the rule.
        func outcomes() async -> [Rule?] {
            var outcomes: [Rule?] = []
            for way in Way.allCases {
                do throws(ProvisioningError) {
                    outcomes.append(try await enter(way) ? nil : .notAuthorized)
                } catch {
                    outcomes.append(error.first.rule)
                }
            }
            return outcomes
        }
    }

    private func ways() async throws -> Ways {
        let account = tenant.account
        let token = try #require(try await useCases.callers.token(name: "ada", password: Secret("right")))
        let issued = try await useCases.serviceKeys.create(nil, role: .owner, account: account.id)
        return Ways(
            useCases: useCases, account: account, token: token,
            secret: try await useCases.serviceKeys.createSecret(nil, account: account.id).secret,
            signed: try Self.signed(issued, account: account.id, now: home.clock.now),
            api: try await useCases.apiTokens.create(name: "a", account: account.id).secret)
    }

    @Test func everyWayToSignInIsRefused() async throws {
        let ways = try await ways()
        let account = tenant.account
        let everybody = [Rule?](repeating: nil, count: Way.allCases.count)
        let nobody = [Rule?](repeating: .accountSuspended, count: Way.allCases.count)
        #expect(await ways.outcomes() == everybody)
        _ = try await useCases.accounts.suspend(account.id)
        #expect(await ways.outcomes() == nobody)
        #expect(await ways.outcomes() == nobody, "and what was looked up just now is remembered so")
        // Only who is right learns it.
        #expect(try await useCases.callers.authenticate(name: "ada", password: Secret("wrong")) == nil)
        let wrong = await faults { () throws(ProvisioningError) in
            try await useCases.serviceKeys.authenticate(secret: Secret("x"), id: "\(account.id)", name: nil)
        }
        #expect(wrong.map(\.rule) == [.notAuthorized])
        #expect(try await useCases.apiTokens.authenticate(project: account.project, token: Secret("PTx")) == nil)
        _ = try await useCases.accounts.resume(account.id)
        #expect(await ways.outcomes() == everybody)
    }

    /// A month that begins meanwhile is not charged; once the account goes on it is paid from that day.
    @Test func registrationsPauseAndGoOn() async throws {
        let (account, caller) = (tenant.account.id, tenant.administrator)
        _ = try await useCases.ledgers.topUp(account, amount: "10")
        _ = try await useCases.outboundRegistrations.create(
            OutboundRegistrationDetails(userName: "u", proxy: "sip.example.com"), password: nil,
            binding: RegistrationBindingDraft(), by: caller)
        func registration() async throws -> OutboundRegistration {
            try #require(
                try await useCases.outboundRegistrations.list(RegistrationQuery(), by: caller).elements.first)
        }
        _ = try await useCases.accounts.suspend(account)
        home.clock.advance(by: .seconds(40 * 86_400))
        _ = try await useCases.renewals.perform()
        #expect(try await registration().subscription.isDeactivated)
        #expect(try await useCases.ledgers.get(account).balance.description == "8.8")
        _ = try await useCases.accounts.resume(account)
        #expect(try await !registration().subscription.isDeactivated)
        #expect(try await useCases.ledgers.get(account).balance.description == "7.6")
    }

    /// What a program of Voximplant's sends.
    private static func signed(_ issued: ServiceKeys.Issued, account: AccountID, now: Timestamp) throws
        -> Secret<String>
    {
        let key = try _RSA.Signing.PrivateKey(pemRepresentation: issued.secret.reveal())
        let seconds = now.milliseconds / 1000
        let head = Base64URL.encoded(Data("{\"alg\":\"RS256\",\"kid\":\"\(issued.key.id)\"}".utf8))
        let body = Base64URL.encoded(
            Data("{\"iss\":\(account),\"iat\":\(seconds),\"exp\":\(seconds + 60)}".utf8))
        let signature = try key.signature(for: Data("\(head).\(body)".utf8), padding: .insecurePKCS1v1_5)
        return Secret("\(head).\(body).\(Base64URL.encoded(signature.rawRepresentation))")
    }
}
