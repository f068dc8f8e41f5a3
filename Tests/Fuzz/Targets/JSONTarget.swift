import DialectKit

/// The body of a request in JSON: within its limits, and the same value once it is written and read again.
enum JSONTarget {
    static func check(_ bytes: [UInt8]) throws(Violation) {
        var limits = JSONLimits()
        (limits.depth, limits.values) = (3, 8)
        let tight = read(bytes, limits)
        guard case .success(let json) = read(bytes) else {
            if case .success = tight { throw Violation(description: "tighter limits read nothing more") }
            return
        }
        let isWithin = depth(json) <= 3 && values(json) <= 8
        try hold(
            tight == (isWithin ? .success(json) : .failure(.tooComplex)), "what is within the limits is read, no other")
        for layout in [JSON.Layout.compact, .spaced] {
            let text = json.text(layout)
            guard case .success(let again) = read(Array(text.utf8)) else {
                throw Violation(description: "what was written can be read")
            }
            // As bytes: Unicode holds more texts equal than JSON.
            try hold(Array(again.text(layout).utf8) == Array(text.utf8), "a value is written as it was read")
            try hold(again == json, "a value is read as it was written")
        }
        try checkNames(json)
    }

    private static func read(_ bytes: [UInt8], _ limits: JSONLimits = JSONLimits()) -> Result<JSON, JSONFault> {
        Result { () throws(JSONFault) in try JSON(reading: bytes, limits: limits) }
    }

    /// A member is found by its name, which no other has.
    private static func checkNames(_ json: JSON) throws(Violation) {
        for child in children(json) { try checkNames(child) }
        guard let object = json.object else { return }
        try hold(Set(object.members.map { Array($0.name.utf8) }).count == object.members.count, "no name stands twice")
        for member in object.members { try hold(object[member.name] == member.value, "a member is found by its name") }
    }

    private static func children(_ json: JSON) -> [JSON] { json.array ?? json.object?.members.map(\.value) ?? [] }

    private static func depth(_ json: JSON) -> Int { 1 + (children(json).map(depth).max() ?? 0) }

    private static func values(_ json: JSON) -> Int { 1 + children(json).map(values).reduce(0, +) }
}
