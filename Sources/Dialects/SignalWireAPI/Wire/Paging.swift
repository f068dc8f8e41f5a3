import DialectKit
import Hummingbird
import Provisioning

/// Which part of a list a client asks for, and the links to its neighbours. A chain of links never comes back to a page.
struct Paging {
    /// The items of a page unless the client says otherwise, and at most.
    static let (size, limit) = (50, 1000)

    let query: ListQuery
    private let number: Int
    private let token: String?
    private let exchange: Exchange

    /// Throws every fault of `page_number`, `page_size` and `page_token`.
    init(_ exchange: Exchange) throws(ProvisioningError) {
        self.exchange = exchange
        var faults: [Fault] = []
        let numberText = exchange.path.parameter("page_number") ?? "0"
        let number = Int(numberText) ?? -1
        if number < 0 { faults.append(Fault(.pageOutOfRange, field: "pageNumber")) }
        let size = Int(exchange.path.parameter("page_size") ?? "\(Self.size)") ?? 0
        if !(1...Self.limit).contains(size) { faults.append(Fault(.pageSizeInvalid, field: "pageSize")) }
        let token = exchange.path.parameter("page_token").flatMap { $0.isEmpty ? nil : $0 }
        var start = ListQuery.Start.first
        if let token {
            let found = exchange.useCases.pageTokens.start(
                of: token, list: exchange.list, account: exchange.token.account)
            if found == nil { faults.append(Fault(.pageInvalid, field: "pageToken")) }
            start = found ?? .first
        } else if number > 0 {
            faults.append(Fault(.pageTokenRequired, field: "pageToken"))
        }
        guard faults.isEmpty else { throw ProvisioningError(faults) }
        (self.number, self.token) = (number, token)
        query = ListQuery(start: start, size: size)
    }

    /// `{"data":[...],"links":{...}}`.
    func response<Item: Sendable>(_ page: ListPage<Item>, _ item: (Item) -> JSON) -> Response {
        var links = JSONObject([
            .init("self", link(number, token)), .init("first", link(0, nil)),
        ])
        if page.hasNext, let last = page.bounds?.upperBound {
            links.append("next", link(number + 1, token(.after(last))))
        }
        if page.hasPrevious, let first = page.bounds?.lowerBound {
            links.append("prev", link(max(0, number - 1), token(.before(first))))
        }
        return (["data": .array(page.items.map(item)), "links": .object(links)] as JSON).response(.ok)
    }

    private func token(_ start: ListQuery.Start) -> String? {
        exchange.useCases.pageTokens.token(for: start, list: exchange.list, account: exchange.token.account)
    }

    private func link(_ number: Int, _ token: String?) -> JSON {
        let path = "\(exchange.base)/\(exchange.list)"
        let end = token.map { "&page_token=\($0.percentEncoded)" } ?? ""
        return .string("\(path)?page_number=\(number)&page_size=\(query.size)\(end)")
    }
}
