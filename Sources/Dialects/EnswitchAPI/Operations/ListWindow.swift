import DialectKit
import Provisioning

/// Which rows of a list are asked for, and in which form.
struct ListWindow {
    let sort: String
    private var isCount = false
    private var isBrief = false
    private var isDescending = false
    private var limit = 0
    private var offset = 0

    /// - Parameter sorts: what the function can sort by; the last is the default.
    init(_ form: FormBody, sortedBy sorts: [String]) throws(ProvisioningError) {
        var parameters = Parameters(form)
        parameters.flag("count", into: &isCount)
        parameters.flag("pages", into: &isBrief)
        parameters.flag("descending", into: &isDescending)
        parameters.number("limit", in: 0...Int(Int32.max), into: &limit)
        parameters.number("offset", in: 0...Int(Int32.max), into: &offset)
        try parameters.throwAny()
        sort = form["sort"] ?? sorts.last ?? ""
        guard sorts.isEmpty || sorts.contains(sort) else {
            throw ProvisioningError(.valueInvalid, field: "sort", "sort", sort)
        }
    }

    /// The count of the rows, or those within the window; a limit of 0 is none.
    func answer<Row>(
        _ rows: [Row], _ whole: (Row) -> JSON, _ brief: (Row) -> JSON
    ) -> Answer {
        guard !isCount else { return .count(rows.count) }
        let ordered = isDescending ? rows.reversed() : rows
        let page = ordered.dropFirst(offset).prefix(limit == 0 ? rows.count : limit)
        return .data(.array(page.map { isBrief ? brief($0) : whole($0) }))
    }
}

extension Exchange {
    /// Whether `validation` asks for a check alone; a value that is neither 0 nor 1 is a fault like any other.
    func onlyChecks(_ faults: inout [Fault]) -> Bool {
        var parameters = Parameters(form)
        var flag = false
        parameters.flag("validation", into: &flag)
        faults += parameters.faults
        return flag
    }
}
