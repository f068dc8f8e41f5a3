import Provisioning
import TestSupport

extension KindDialect {
    /// Subscribers with their SIP endpoints, and gateways.
    static let signalWire = KindDialect(
        kinds: [subscribers, endpoints, gateways], nobody: "6a1f3f0e-6b0c-4e55-8f2e-222222222222",
        sign: { ask, tenant in (ask.line, [tenant.basic(tenant.account.project, tenant.token)], ask.content) },
        isSuccess: { (200..<300).contains($0.status) })

    /// What can be asked of everything that has an address.
    private static let anyResource: [@Sendable (Thing) -> Ask] = [
        { Ask(line: "GET \(base)/\($0.id)") }, { Ask(line: "DELETE \(base)/\($0.id)") },
        { Ask(line: "GET \(base)/\($0.id)/addresses") },
        { Ask(line: "GET \(base)/subscribers/\($0.id)/addresses") },
        {
            Ask(
                line: "POST \(base)/sip_endpoints",
                content: """
                    {"username":"lent","password":"secret","call_handler":"resource",\
                    "calling_handler_resource_id":"\($0.id)"}
                    """)
        },
    ]
    private static let base = "/api/fabric/resources"

    private static let subscribers = Kind(
        name: "subscriber", scope: .account,
        create: {
            Ask(
                line: "POST \(base)/subscribers",
                content: "{\"email\":\"\($1)@example.com\",\"display_name\":\"\($2)\"}")
        },
        list: { _ in Ask(line: "GET \(base)/subscribers?page_size=1000") },
        ids: #"\{"id":"([-0-9a-f]{36})","project_id""#,
        show: { Ask(line: "GET \(base)/subscribers/\($0.id)") },
        update: { Ask(line: "PUT \(base)/subscribers/\($0.id)", content: "{\"display_name\":\"\($1)\"}") },
        delete: { Ask(line: "DELETE \(base)/subscribers/\($0.id)") }, uses: anyResource)

    private static let endpoints = Kind(
        name: "endpoint", parent: "subscriber", scope: .account, counted: [\.users, \.usersOfDefault],
        create: {
            Ask(
                line: "POST \(base)/subscribers/\($0)/sip_endpoints",
                content: "{\"username\":\"\($1)\",\"password\":\"secret\",\"caller_id\":\"\($2)\"}")
        },
        list: { Ask(line: "GET \(base)/subscribers/\($0)/sip_endpoints?page_size=1000") },
        ids: #"\{"id":"([-0-9a-f]{36})","username""#,
        show: { Ask(line: "GET \(base)/subscribers/\($0.parent)/sip_endpoints/\($0.id)") },
        update: {
            Ask(
                line: "PATCH \(base)/subscribers/\($0.parent)/sip_endpoints/\($0.id)",
                content: "{\"caller_id\":\"\($1)\"}")
        },
        delete: { Ask(line: "DELETE \(base)/subscribers/\($0.parent)/sip_endpoints/\($0.id)") })

    private static let gateways = Kind(
        name: "gateway",
        create: {
            Ask(
                line: "POST \(base)/sip_gateways",
                content: """
                    {"name":"\($2)","uri":"pbx.example","encryption":"default","ciphers":[],"codecs":["PCMU"]}
                    """)
        },
        list: { _ in Ask(line: "GET \(base)/sip_gateways?page_size=1000") },
        ids: #"\{"id":"([-0-9a-f]{36})","project_id""#,
        show: { Ask(line: "GET \(base)/sip_gateways/\($0.id)") },
        update: { Ask(line: "PATCH \(base)/sip_gateways/\($0.id)", content: "{\"name\":\"\($1)\"}") },
        delete: { Ask(line: "DELETE \(base)/sip_gateways/\($0.id)") }, uses: anyResource)
}
