import DialectKit
import Hummingbird
import Testing

@Suite struct RouteTableTests {
    private static let table = RouteTable(
        bases: ["/api", "", "/api/v1", "/v1.0"],
        [
            Route(.get, "accounts/*/sites", "list"),
            Route(.post, "accounts/*/sites", "create"),
            Route(.get, "accounts/*/sites/*", "get"),
        ])

    @Test(arguments: [
        ("/accounts/7/sites", "", ["7"]),
        ("/api/accounts/7/sites", "/api", ["7"]),
        ("/API/V1/Accounts/7/SITES/", "/API/V1", ["7"]),
        ("/v1.0//accounts/7/sites", "/v1.0", ["7"]),
        ("/accounts/a%40b/sites/%zz", "", ["a@b", "%zz"]),
        ("/accounts/%C3%28/sites", "", ["%C3%28"]),
    ])
    func aPathLeadsToItsResource(path: String, base: String, captures: [String]) throws {
        let match = try #require(Self.table.match(RequestPath(path)))
        #expect(match.base == base)
        #expect(match.captures == captures)
        #expect(match.operation(.get) == (captures.count == 1 ? "list" : "get"))
        #expect(match.allow == (captures.count == 1 ? "GET, POST" : "GET"))
        #expect(match.operation(.delete) == nil)
    }

    @Test(arguments: [
        "/", "", "/api", "/accounts", "/accounts/7", "/accounts/7/sites/1/2", "/v2/accounts/7/sites", "/sites",
    ])
    func anotherPathLeadsNowhere(path: String) { #expect(Self.table.match(RequestPath(path)) == nil) }

    @Test(arguments: [
        ("/api", true), ("/API/", true), ("/api/v1", true), ("/", false), ("", false), ("/api/v2", false),
        ("/accounts", false),
    ])
    func aBareBaseIsKnown(path: String, isBase: Bool) { #expect(Self.table.isBase(RequestPath(path)) == isBase) }

    @Test(arguments: [
        ("page=2&size=5", "size", "5"), ("Page=2&SIZE=5", "size", "5"), ("size", "size", ""), ("size=", "size", ""),
        ("a=1&a=2", "a", "1"), ("page=John%40bw.com", "page", "John@bw.com"), ("page=a+b", "page", "a+b"),
        ("page=%4", "page", "%4"), ("page=a=b", "page", "a=b"), ("sizes=1", "size", nil), ("", "size", nil),
    ])
    func aParameterIsFoundByItsName(query: String, name: String, value: String?) {
        #expect(RequestPath("/", query: query).parameter(name) == value)
    }

    @Test func anEncodedTextComesBack() throws {
        let text = "a.b-c_d~e f@g/h&é"
        #expect(text.percentEncoded == "a.b-c_d~e%20f%40g%2Fh%26%C3%A9")
        #expect(RequestPath("/", query: "x=\(text.percentEncoded)").parameter("x") == text)
        #expect("\u{1}".percentEncoded == "%01")
    }
}
