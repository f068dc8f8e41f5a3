import DialectKit
import Provisioning
import TestSupport

extension KindDialect {
    /// Peers, their costs and routes, and a binding that each account has from the beginning.
    static let enswitch = KindDialect(
        kinds: [peers, costs, routes], nobody: "987654321",
        sign: { ask, tenant in
            let caller = "auth_username=\(tenant.caller);auth_password=open%20sesame"
            return ("\(ask.line)?\(caller);\(ask.content)", [], "")
        },
        isSuccess: { $0.body.contains(#""code":"20"#) })

    private static func call(_ function: String, _ parameters: String = "") -> Ask {
        Ask(line: "GET /api/json/\(function)", content: parameters)
    }

    private static let peers = Kind(
        name: "peer",
        create: { call("peers/create", "name=\($1);type=sip;destination=192.0.2.7;description=\($2)") },
        list: { _ in call("peers/list") }, ids: #"\{ "id":([0-9]+), "name""#,
        show: { call("peers/get", "id=\($0.id)") },
        update: { call("peers/update", "id=\($0.id);description=\($1)") },
        delete: { call("peers/delete", "id=\($0.id)") },
        uses: [
            { call("routes/create", "called_prefix=44;outgroup=1;peer1=\($0.id)") },
            { call("routes/create", "called_prefix=44;outgroup=1;peer1=-1;copy_costs_peer=\($0.id)") },
        ])

    private static let costs = Kind(
        name: "cost", parent: "peer",
        create: { call("peers/costs/create", "peer=\($0);called_prefix=44;description=\($2)") },
        list: { call("peers/costs/list", "peer=\($0)") }, ids: #"\{ "id":([0-9]+), "peer""#,
        show: { call("peers/costs/get", "id=\($0.id)") }, delete: { call("peers/costs/delete", "id=\($0.id)") })

    private static let routes = Kind(
        name: "route",
        create: { call("routes/create", "called_prefix=44;outgroup=1;peer1=-1;description=\($2)") },
        list: { _ in call("routes/list") }, ids: #"\{ "id":([0-9]+), "called_prefix""#,
        show: { call("routes/get", "id=\($0.id)") },
        update: { call("routes/update", "id=\($0.id);description=\($1)") },
        delete: { call("routes/delete", "id=\($0.id)") })
}
