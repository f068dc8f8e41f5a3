import DialectKit
import Hummingbird
import Provisioning

/// `/subscribers/tokens`: what a subscriber's own programs sign in with.
enum TokenOperations {
    /// A subscriber that nobody has heard of is made.
    static func create(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let object = try exchange.object()
        var reader = FieldReader(object)
        let reference = reader.text("reference", "reference", null: "") ?? ""
        if reference.isEmpty, reader.faults.isEmpty { reader.refuse(.elementRequired, "reference", "reference") }
        var end: Int64?
        if let given = object["expire_at"], given != .null {
            end = given.integer
            if end == nil { reader.refuse(.valueInvalid, "expireAt", "expireAt", "") }
        }
        var draft = SubscriberWire.draft(object)
        draft.faults += reader.faults
        guard reader.faults.isEmpty else { throw ProvisioningError(draft.faults) }
        do throws(ProvisioningError) {
            let made = try await exchange.useCases.subscribers.tokens(
                for: reference, until: end, describedBy: draft, by: exchange.caller)
            return answer(
                [.init("subscriber_id", .string(made.subscriber.reference.description))], made.access, made.refresh,
                .ok)
        } catch {
            throw ProvisioningError(error.faults.map(inWordsOfTokens))
        }
    }

    static func refresh(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        var reader = FieldReader(try exchange.object())
        let token = reader.text("refresh_token", "refreshToken", null: "") ?? ""
        if token.isEmpty, reader.faults.isEmpty {
            reader.refuse(.elementRequired, "refreshToken", "refreshToken")
        }
        guard reader.faults.isEmpty else { throw ProvisioningError(reader.faults) }
        let made = try await exchange.useCases.subscribers.refresh(Secret(token), by: exchange.caller)
        return answer([], made.access, made.refresh, .created)
    }

    /// Never to be kept by anything in between.
    private static func answer(
        _ members: [JSONObject.Member], _ access: Secret<String>, _ refresh: Secret<String>,
        _ status: HTTPResponse.Status
    ) -> Response {
        let tokens: [JSONObject.Member] = [
            .init("token", .string(access.reveal())), .init("refresh_token", .string(refresh.reveal())),
        ]
        return JSON.object(JSONObject(members + tokens)).response(status, headers: [.cacheControl: "no-store"])
    }

    /// What is wrong with the email of a subscriber to be made is wrong with the reference.
    private static func inWordsOfTokens(_ fault: Fault) -> Fault {
        fault.field == "email" ? Fault(fault.rule, field: "reference", values: fault.values) : fault
    }
}
