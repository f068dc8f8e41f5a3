import DialectKit
import Provisioning

/// The addresses that calls go to. Demarc carries sound alone, so an address has that one channel.
enum AddressWire {
    static func json(_ addressee: Addressee) -> JSON {
        switch addressee {
        case .subscriber(let subscriber):
            json(
                id: subscriber.address, name: subscriber.addressName, shown: subscriber.profile.shownName,
                context: "private", created: subscriber.createdAt, kind: "subscriber")
        case .resource(let resource):
            json(
                id: resource.address, name: resource.addressName, shown: resource.details.name, context: "public",
                created: resource.createdAt, kind: kind(of: resource.kind))
        }
    }

    private static func json(
        id: UniqueID, name: String, shown: String, context: String, created: Timestamp, kind: String
    ) -> JSON {
        [
            "id": .string(id.description), "name": .string(name), "display_name": .string(shown), "cover_url": "",
            "preview_url": "", "locked": false, "channels": ["audio": .string("/\(context)/\(name)?channel=audio")],
            "created_at": .string(ResourceWire.time(created)), "type": .string(kind),
        ]
    }

    private static func kind(of kind: CallResource.Kind) -> String {
        switch kind {
        case .gateway, .relayConnector: "call"
        case .videoRoom: "room"
        default: "app"
        }
    }
}
