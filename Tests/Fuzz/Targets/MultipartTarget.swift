import DialectKit

/// The body of a form in parts, behind its content type in the first line: within its limits, and the same fields once
/// they are written and read again.
enum MultipartTarget {
    static func check(_ bytes: [UInt8]) throws(Violation) {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        let (type, body) = (String(decoding: line, as: UTF8.self), Array(bytes.dropFirst(line.count + 1)))
        var limits = FormLimits()
        (limits.fields, limits.name, limits.value) = (8, 16, 32)
        let tight = read(body, type, limits)
        guard case .success(let fields) = read(body, type) else {
            if case .success = tight { throw Violation(description: "tighter limits read nothing more") }
            return
        }
        guard let fields else { return try hold(tight == .success(nil), "another type is another type") }
        try hold(fields.count <= body.count, "no field comes from nothing")
        if case .success(let some) = tight { try hold(some == fields, "tighter limits change nothing") }
        let isSmall = fields.count < 8 && fields.allSatisfy { $0.name.utf8.count <= 16 && $0.value.utf8.count <= 32 }
        try hold(!isSmall || tight == .success(fields), "what is within the limits is read")
        try checkWritten(fields)
    }

    private static func read(
        _ body: [UInt8], _ type: String, _ limits: FormLimits = FormLimits()
    ) -> Result<[FormBody.Field]?, FormFault> {
        Result { () throws(FormFault) in try MultipartBody.fields(of: body, contentType: type, limits: limits) }
    }

    /// Names of letters alone: how others are to be quoted, RFC 7578 leaves open.
    private static func checkWritten(_ fields: [FormBody.Field]) throws(Violation) {
        let plain = fields.filter {
            !$0.name.isEmpty && $0.name.utf8.allSatisfy { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }
        }
        var boundary = "b"
        while plain.contains(where: { $0.value.utf8.contains("--\(boundary)".utf8) }) { boundary += "b" }
        guard boundary.utf8.count <= 70 else { return }
        var text = ""
        for field in plain {
            text += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field.name)\"\r\n\r\n\(field.value)\r\n"
        }
        text += "--\(boundary)--\r\n"
        let again = read(Array(text.utf8), "multipart/form-data; boundary=\(boundary)")
        try hold(again == .success(plain), "a form is read as it was written")
    }
}
