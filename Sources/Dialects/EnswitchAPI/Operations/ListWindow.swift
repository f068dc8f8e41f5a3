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
        sort = form["sort"] ?? sorts.last ?? ""
        read(&parameters)
        try parameters.throwAny()
        guard sorts.isEmpty || sorts.contains(sort) else {
            throw ProvisioningError(.valueInvalid, field: "sort", "sort", sort)
        }
    }

    private mutating func read(_ parameters: inout Parameters) {
        parameters.flag("count", into: &isCount)
        parameters.flag("pages", into: &isBrief)
        parameters.flag("descending", into: &isDescending)
        parameters.number("limit", in: 0...Int(Int32.max), into: &limit)
        parameters.number("offset", in: 0...Int(Int32.max), into: &offset)
    }

    /// The parameters of every window.
    static func noted(sortedBy sorts: [String]) -> [OpenAPI.Parameter] {
        var window = ListWindow()
        let sort = sorts.isEmpty ? [] : [OpenAPI.Parameter("sort", .string(among: sorts))]
        return Parameters.noted { window.read(&$0) } + sort
    }

    private init() { sort = "" }

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
