import DialectKit
import Provisioning

/// Reads the members of an object as values of the model, and keeps what was wrong with them.
///
/// Members that nobody asks for are passed over, as the vendor does.
struct FieldReader {
    let object: JSONObject
    private(set) var faults: [Fault] = []

    init(_ object: JSONObject) { self.object = object }

    mutating func refuse(_ rule: Rule, _ field: String, _ values: String...) {
        faults.append(Fault(rule, field: field, values: values))
    }

    /// A member that is a text; `nil` where there is none.
    ///
    /// - Parameter null: what a member that is null stands for.
    mutating func text(_ name: String, _ field: String, null: String? = nil) -> String? {
        switch object[name] {
        case nil: return nil
        case .null: return null
        case .string(let text): return text
        default:
            refuse(.notText, field, field)
            return nil
        }
    }

    /// A member that is one of a set of texts.
    mutating func choice<Value: RawRepresentable<String>>(
        _ name: String, _ field: String, null: Value? = nil, among values: [Value]
    ) -> Value? {
        if object[name] == .null { return null }
        guard let text = text(name, field) else { return nil }
        let value = values.first { $0.rawValue == text }
        if value == nil { refuse(.valueInvalid, field, field, text) }
        return value
    }

    /// A member that is a list of texts out of a set, each once.
    ///
    /// - Parameter takesCommas: whether one text with commas will do.
    mutating func choices<Value: RawRepresentable<String> & Equatable>(
        _ name: String, _ field: String, null: [Value], among values: [Value], takesCommas: Bool = false
    ) -> [Value]? {
        let entries: [String?]
        switch object[name] {
        case nil: return nil
        case .null: return null
        case .array(let list): entries = list.map(\.string)
        case .string(let text) where takesCommas:
            entries = text.split(separator: ",").map { String($0.trimmingPrefix { $0 == " " }) }
        default: entries = [nil]
        }
        var found: [Value] = []
        for entry in entries {
            guard let entry else {
                refuse(takesCommas ? .codecsFormatInvalid : .notTextList, field)
                return nil
            }
            guard let value = values.first(where: { $0.rawValue == entry }) else {
                refuse(.listEntryInvalid, field, field, entry)
                return nil
            }
            if !found.contains(value) { found.append(value) }
        }
        return found
    }
}
