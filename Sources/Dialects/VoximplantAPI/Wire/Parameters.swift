import DialectKit
import Provisioning

/// The parameters of a command, of the query and of the body together; an empty one is an absent one.
///
/// Where both name a parameter the body counts, and of several in one place the first.
struct Parameters: Sendable {
    private let values: [String: String]

    /// Throws `bodyUnreadable` for a query or body that cannot be read in the form that it claims.
    init(query: String?, body: [UInt8], contentType: String) throws(ProvisioningError) {
        let fields = try Self.fields(of: body, contentType: contentType) + Self.form(Array((query ?? "").utf8))
        values = Dictionary(fields.filter { !$0.value.isEmpty }.map { ($0.name, $0.value) }) { first, _ in first }
    }

    private static func fields(of body: [UInt8], contentType: String) throws(ProvisioningError) -> [FormBody.Field] {
        if body.isEmpty { return [] }
        if contentType.lowercased().hasPrefix("application/json") { return try members(of: body) }
        do throws(FormFault) {
            if let fields = try MultipartBody.fields(of: body, contentType: contentType) { return fields }
            return try FormBody(reading: body).fields
        } catch {
            throw ProvisioningError(.bodyUnreadable)
        }
    }

    private static func form(_ bytes: [UInt8]) throws(ProvisioningError) -> [FormBody.Field] {
        do throws(FormFault) {
            return try FormBody(reading: bytes).fields
        } catch {
            throw ProvisioningError(.bodyUnreadable)
        }
    }

    /// The vendor's samples send an empty object, or an empty list; of an object the plain members count.
    private static func members(of body: [UInt8]) throws(ProvisioningError) -> [FormBody.Field] {
        let json: JSON
        do throws(JSONFault) {
            json = try JSON(reading: body)
        } catch {
            throw ProvisioningError(.bodyUnreadable)
        }
        return (json.object?.members ?? []).compactMap { member in
            switch member.value {
            case .string(let text), .number(let text): FormBody.Field(member.name, text)
            case .bool(let flag): FormBody.Field(member.name, flag ? "true" : "false")
            case .null, .array, .object: nil
            }
        }
    }

    func text(_ name: String) -> String? { values[name] }

    func secret(_ name: String) -> Secret<String>? { text(name).map(Secret.init) }

    /// Throws `elementRequired`.
    func required(_ name: String) throws(ProvisioningError) -> String {
        guard let text = text(name) else { throw ProvisioningError(.elementRequired, field: name, name) }
        return text
    }

    /// `true` and `false` in any case, `1` and `0`. Throws `valueInvalid`.
    func flag(_ name: String) throws(ProvisioningError) -> Bool? {
        switch text(name)?.lowercased() {
        case nil: nil
        case "true", "1": true
        case "false", "0": false
        default: throw ProvisioningError(.valueInvalid, field: name, name)
        }
    }

    /// Throws `unknown` for what is no id.
    func id<Resource>(_ name: String, unknown: Rule) throws(ProvisioningError) -> Identifier<Resource>? {
        guard let text = text(name) else { return nil }
        guard let id = Identifier<Resource>(text) else { throw ProvisioningError(unknown, field: name, text) }
        return id
    }

    /// A resource by `..._id` or `..._name`. Throws `onlyOneOf`, and `unknown` for what is no id.
    func reference<Resource>(_ noun: String, unknown: Rule) throws(ProvisioningError) -> Reference<Resource>? {
        try requireOneOf("\(noun)_id", "\(noun)_name")
        if let id: Identifier<Resource> = try id("\(noun)_id", unknown: unknown) { return .id(id) }
        return text("\(noun)_name").map { .name($0) }
    }

    /// Several resources by lists with `;` between their items, or `all`. Throws as `reference` does.
    func references<Resource>(_ noun: String, unknown: Rule) throws(ProvisioningError) -> References<Resource>? {
        try requireOneOf("\(noun)_id", "\(noun)_name")
        if let items = list("\(noun)_id") {
            if items.map({ $0.lowercased() }) == ["all"] { return .all }
            var ids: [Identifier<Resource>] = []
            for item in items {
                guard let id = Identifier<Resource>(item) else {
                    throw ProvisioningError(unknown, field: "\(noun)_id", item)
                }
                ids.append(id)
            }
            return .ids(ids)
        }
        return list("\(noun)_name").map { .names($0) }
    }

    /// The items between semicolons; `nil` where there is none.
    func list(_ name: String) -> [String]? {
        let items = (text(name) ?? "").split(separator: ";").map(String.init)
        return items.isEmpty ? nil : items
    }

    /// Throws `valueInvalid` for what is no number from zero to `most`.
    func count(_ name: String, fallback: Int, most: Int = .max) throws(ProvisioningError) -> Int {
        guard let text = text(name) else { return fallback }
        guard let number = Int(text), number >= 0 else { throw ProvisioningError(.valueInvalid, field: name, name) }
        return min(number, most)
    }

    /// Throws `onlyOneOf` where both are there.
    func requireOneOf(_ first: String, _ second: String) throws(ProvisioningError) {
        guard text(first) == nil || text(second) == nil else {
            throw ProvisioningError(.onlyOneOf, field: first, "\(first), \(second)")
        }
    }
}
