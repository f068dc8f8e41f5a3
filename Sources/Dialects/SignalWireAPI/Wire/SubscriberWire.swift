import DialectKit
import Provisioning

/// Subscribers, which both forms write alike.
enum SubscriberWire {
    /// In the order of the vendor's page.
    static let attributes = ["password", "email"] + names.map(\.name)

    /// The vendor's names for the fields of a profile.
    private static let names: [(name: String, field: String)] = [
        ("first_name", "firstName"), ("last_name", "lastName"), ("display_name", "displayName"),
        ("job_title", "jobTitle"), ("timezone", "timeZone"), ("country", "country"),
        ("company_name", "companyName"),
    ]

    /// `time_zone` is what the vendor's token requests, and its newer clients, call the time zone.
    static func draft(_ object: JSONObject) -> SubscriberDraft {
        var reader = FieldReader(object)
        var draft = SubscriberDraft()
        draft.password = reader.text("password", "password").map(Secret.init)
        draft.email = reader.text("email", "email", null: "")
        for (name, field) in names { draft.fields[field] = reader.text(name, field, null: "") }
        if object["timezone"] == nil { draft.fields["timeZone"] = reader.text("time_zone", "timeZone", null: "") }
        draft.faults = reader.faults
        return draft
    }

    static func json(_ subscriber: Subscriber, project: String) -> JSON {
        let profile = subscriber.profile
        var person = JSONObject([
            .init("id", .string(subscriber.reference.description)), .init("email", .string(profile.email)),
        ])
        for ((name, _), (_, path)) in zip(names, SubscriberProfile.fields) {
            person.append(name, .string(profile[keyPath: path]))
        }
        return ResourceWire.json(
            id: subscriber.resource, project: project, name: profile.shownName, kind: "subscriber",
            created: subscriber.createdAt, updated: subscriber.updatedAt, content: .object(person))
    }
}
