import DialectKit
import FoundationEssentials
import Provisioning

/// What every resource looks like, whatever it holds.
enum ResourceWire {
    static func json(
        id: UniqueID, project: String, name: String, kind: String, created: Timestamp, updated: Timestamp, content: JSON
    ) -> JSON {
        .object(
            JSONObject([
                .init("id", .string(id.description)),
                .init("project_id", .string(project)),
                .init("display_name", .string(name)),
                .init("type", .string(kind)),
                .init("created_at", .string(time(created))),
                .init("updated_at", .string(time(updated))),
                .init(kind, content),
            ]))
    }

    static func json(_ resource: CallResource, project: String) -> JSON {
        let details = resource.details
        var content = JSONObject([
            .init("id", .string(resource.content.description)), .init("uri", .string(details.target.text)),
            .init("name", .string(details.name)),
        ])
        if let media = details.media {
            content.append("ciphers", .array(media.ciphers.map { .string($0.rawValue) }))
            content.append("codecs", .array(media.codecs.map { .string($0.rawValue) }))
            content.append("encryption", .string(media.encryption.rawValue))
        }
        return json(
            id: resource.uniqueID, project: project, name: details.name, kind: resource.kind.rawValue,
            created: resource.createdAt, updated: resource.updatedAt, content: .object(content))
    }

    static func json(_ addressee: Addressee, project: String) -> JSON {
        switch addressee {
        case .subscriber(let subscriber): SubscriberWire.json(subscriber, project: project)
        case .resource(let resource): json(resource, project: project)
        }
    }

    /// Whole seconds of UTC, such as `2024-05-06T12:20:00Z`.
    static func time(_ moment: Timestamp) -> String {
        Date(timeIntervalSince1970: Double(moment.milliseconds / 1000)).formatted(.iso8601)
    }
}
