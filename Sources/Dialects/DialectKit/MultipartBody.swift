/// The fields of a `multipart/form-data` body (RFC 7578); what their parts say of their type is passed over.
package enum MultipartBody {
    /// Reads a body; `nil` where the content type is another one or names no boundary.
    ///
    /// Throws `encoding` for a field that is no UTF-8, `tooLarge` beyond the limits, `escape` for a body that is cut off.
    package static func fields(
        of bytes: [UInt8], contentType: String, limits: FormLimits = FormLimits()
    ) throws(FormFault) -> [FormBody.Field]? {
        guard let boundary = boundary(in: contentType) else { return nil }
        var fields: [FormBody.Field] = []
        // The first boundary may stand at the very start.
        var rest = (Array("\r\n".utf8) + bytes)[...]
        let delimiter = Array("\r\n--\(boundary)".utf8)
        guard let start = find(delimiter, in: rest) else { throw .escape }
        rest = rest[start.upperBound...]
        while !rest.starts(with: Array("--".utf8)) {
            guard let end = find(delimiter, in: rest) else { throw .escape }
            guard fields.count < limits.fields else { throw .tooLarge }
            if let field = try field(rest[..<end.lowerBound], limits) { fields.append(field) }
            rest = rest[end.upperBound...]
        }
        return fields
    }

    /// The value of the parameter `boundary`, quoted or not: 1 to 70 characters (RFC 2046 section 5.1.1).
    private static func boundary(in contentType: String) -> String? {
        let parts = contentType.split(separator: ";")
        guard let type = parts.first, type.drop(while: { $0 == " " }).matches("multipart/form-data") else { return nil }
        for part in parts.dropFirst() {
            let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].matches("boundary") else { continue }
            let value = pair[1].filter { $0 != "\"" && $0 != " " }
            return (1...70).contains(value.utf8.count) ? String(value) : nil
        }
        return nil
    }

    /// A part: its headers, an empty line, its content. One without a name is no field.
    private static func field(_ part: ArraySlice<UInt8>, _ limits: FormLimits) throws(FormFault) -> FormBody.Field? {
        guard let gap = find(Array("\r\n\r\n".utf8), in: part) else { return nil }
        guard let head = String(validating: part[..<gap.lowerBound], as: UTF8.self) else { throw .encoding }
        guard let name = name(in: head) else { return nil }
        let content = part[gap.upperBound...]
        guard name.utf8.count <= limits.name, content.count <= limits.value else { throw .tooLarge }
        guard let value = String(validating: content, as: UTF8.self) else { throw .encoding }
        return FormBody.Field(name, value)
    }

    private static func name(in head: String) -> String? {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
            for parameter in line.split(separator: ";").dropFirst() {
                let pair = parameter.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                guard pair.count == 2, pair[0].matches("name") else { continue }
                return pair[1].filter { $0 != "\"" }
            }
        }
        return nil
    }

    private static func find(_ wanted: [UInt8], in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        var start = bytes.startIndex
        while start + wanted.count <= bytes.endIndex {
            if bytes[start] == wanted[0], bytes[start..<start + wanted.count].elementsEqual(wanted) {
                return start..<start + wanted.count
            }
            start += 1
        }
        return nil
    }
}
