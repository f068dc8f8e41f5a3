import Foundation
import Hummingbird
import Provisioning

extension Request {
    /// The body as one of ours; throws `bodyUnreadable`.
    func body<Body: Decodable>(as type: Body.Type, _ context: OperatorContext) async throws -> Body {
        let buffer = try await body.collect(upTo: context.maxUploadSize)
        do {
            return try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
        } catch {
            throw ProvisioningError(.bodyUnreadable)
        }
    }

    /// A count or position between 1 and `maximum` from the query; throws `valueInvalid`.
    func number(_ name: String, default value: Int, maximum: Int) throws(ProvisioningError) -> Int {
        guard let text = uri.queryParameters.get(name) else { return value }
        guard let number = Int(text), (1...maximum).contains(number) else {
            throw ProvisioningError(.valueInvalid, field: name, name, text)
        }
        return number
    }

    /// One of a closed set from the query; `nil` where nothing is asked for. Throws `valueInvalid`.
    func choice<Value: RawRepresentable<String> & CaseIterable>(_ name: String, of type: Value.Type)
        throws(ProvisioningError) -> Value?
    {
        guard let text = uri.queryParameters.get(name) else { return nil }
        guard let value = Value(rawValue: text) else {
            throw ProvisioningError(.valueInvalid, field: name, name, text, Value.choices)
        }
        return value
    }
}

extension CaseIterable where Self: RawRepresentable<String> {
    /// What can be said, as a refusal lists it: `administrator or reader`.
    static var choices: String {
        let names = allCases.map(\.rawValue)
        return names.dropLast().joined(separator: ", ") + (names.count > 1 ? " or " : "") + (names.last ?? "")
    }
}

extension AccountID {
    /// Throws `accountUnknown` where it is no id.
    static func required(_ text: String) throws(ProvisioningError) -> AccountID {
        guard let id = AccountID(text) else { throw ProvisioningError(.accountUnknown, field: "account", text) }
        return id
    }
}

extension OperatorContext {
    /// The percent-decoded part of the path; throws `valueInvalid`.
    func text(_ name: String) throws(ProvisioningError) -> String {
        guard let text = parameters.get(name)?.removingPercentEncoding, !text.isEmpty else {
            throw ProvisioningError(.valueInvalid, field: name, name, "")
        }
        return text
    }

    /// The account in the path; throws `accountUnknown` where it is no id.
    func account() throws(ProvisioningError) -> AccountID {
        try .required(text("account"))
    }
}

extension OperatorAPI {
    /// The operator acting in an account; throws `accountUnknown`.
    func administrator(of id: AccountID) async throws(ProvisioningError) -> Caller {
        let account = try await useCases.accounts.get(id)
        return Caller(id: CallerID(rawValue: 0), account: account.id, name: "operator", role: .administrator)
    }
}
