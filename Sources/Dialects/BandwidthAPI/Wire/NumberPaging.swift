import DialectKit
import Provisioning

/// Which part of a peer's numbers a client asks for.
enum NumberPaging {
    /// The most elements of one page: what the C# SDK asks for.
    static let limit = 50_000

    /// The query parameters `page` and `size`.
    static func page(_ path: RequestPath) throws(ProvisioningError) -> NumberPage {
        var page = NumberPage()
        page.number = try number("page", .numberPageInvalid, path) ?? page.number
        page.size = min(try number("size", .numberPageSizeInvalid, path) ?? page.size, limit)
        return page
    }

    private static func number(_ name: String, _ rule: Rule, _ path: RequestPath) throws(ProvisioningError) -> Int? {
        guard let text = path.parameter(name) else { return nil }
        guard let value = Int(text) else { throw ProvisioningError(rule, field: name) }
        guard value >= 1 else { throw ProvisioningError(.numberPageTooSmall, field: name) }
        return value
    }
}
