import DialectKit

/// The body of a form: within its limits, and the same fields once they are written and read again.
enum FormTarget {
    static func check(_ bytes: [UInt8]) throws(Violation) {
        for separator in FormBody.Separator.allCases {
            var limits = FormLimits()
            (limits.fields, limits.name, limits.value) = (8, 16, 32)
            let full = read(bytes, separator, FormLimits())
            let tight = read(bytes, separator, limits)
            guard case .success(let form) = full else {
                if case .success = tight { throw Violation(description: "tighter limits read nothing more") }
                continue
            }
            let isWithin =
                form.fields.count <= 8
                && form.fields.allSatisfy { $0.name.utf8.count <= 16 && $0.value.utf8.count <= 32 }
            try hold(tight == (isWithin ? full : .failure(.tooLarge)), "what is within the limits is read, no other")
            try hold(form.fields.count <= bytes.count, "no field comes from nothing")
            let again = read(Array(form.encoded.utf8), separator, FormLimits())
            try hold(again == full, "a form is written as it was read")
            for field in form.fields {
                try hold(form.values(field.name).contains { $0 == field.value }, "a field is found by its name")
            }
        }
    }

    private static func read(
        _ bytes: [UInt8], _ separator: FormBody.Separator, _ limits: FormLimits
    ) -> Result<FormBody, FormFault> {
        Result { () throws(FormFault) in try FormBody(reading: bytes, separator: separator, limits: limits) }
    }
}
