import Foundation
import TestSupport
import Testing

/// A request before anybody signed it.
struct Ask: Sendable {
    /// Method and path.
    var line: String
    /// Parameters, or a body as it stands.
    var content = ""
}

/// One kind of thing that a dialect makes, and how it is asked for.
struct Kind: Sendable {
    /// Where no two may have one name.
    enum Scope {
        case nowhere, parent, account
    }

    let name: String
    /// The name of the kind that it is made in.
    var parent: String?
    var scope = Scope.nowhere
    /// What other dialects show of it as theirs.
    var counted: [any WritableKeyPath<Elsewhere, Int> & Sendable] = []
    /// From the parent's id, a name and a mark.
    let create: @Sendable (_ parent: String, _ name: String, _ mark: String) -> Ask
    let list: @Sendable (_ parent: String) -> Ask
    /// Finds the ids in a list.
    let ids: String
    var show: @Sendable (Thing) -> Ask
    var update: (@Sendable (Thing, _ mark: String) -> Ask)?
    let delete: @Sendable (Thing) -> Ask
    /// Other requests that name one.
    var uses: [@Sendable (Thing) -> Ask] = []
}

/// Something that an account made.
struct Thing: Sendable, Hashable {
    let id: String
    /// Empty where its kind has none.
    let parent: String
    let name: String
}

/// How a dialect is spoken to, and what it makes.
struct KindDialect: Sendable {
    let kinds: [Kind]
    /// An id that nobody has.
    let nobody: String
    let sign: @Sendable (Ask, Tenant) -> (line: String, headers: [String], body: String)
    let isSuccess: @Sendable (WireAnswer) -> Bool
}

/// Two accounts in a dialect whose kinds are a table.
struct KindTenancy: Tenancy {
    private let world: World
    private let dialect: KindDialect
    /// By tenant and kind.
    private var things: [[String: Set<Thing>]] = [[:], [:]]

    private static let names = ["Raleigh", "Durham", "alice1", "bob-bob"]

    init(_ world: World, _ dialect: KindDialect) {
        self.world = world
        self.dialect = dialect
    }

    private func ask(_ tenant: Int, _ ask: Ask) async throws -> WireAnswer {
        let (line, headers, body) = dialect.sign(ask, world.tenants[tenant])
        return try await world.send(tenant, line, headers: headers, body: body)
    }

    private func done(_ tenant: Int, _ request: Ask) async throws -> Bool {
        let isDone = dialect.isSuccess(try await ask(tenant, request))
        if isDone { world.noteSuccess() }
        return isDone
    }

    private mutating func choose(_ tenant: Int, _ kind: String) -> Thing? {
        things[tenant][kind, default: []].sorted { $0.id < $1.id }.randomElement(using: &world.random)
    }

    mutating func step(_ tenant: Int) async throws {
        guard let kind = dialect.kinds.randomElement(using: &world.random) else { return }
        let isFull = things[tenant][kind.name, default: []].count > 20
        switch Int.random(in: isFull ? 4..<12 : 0..<12, using: &world.random) {
        case 0...4: try await create(tenant, kind)
        case 5...6: try await update(tenant, kind)
        case 7...8:
            guard let thing = choose(tenant, kind.name) else { return }
            #expect(try await done(tenant, kind.show(thing)), "\(kind.name)")
        case 9: try await reach(tenant, kind)
        default: try await delete(tenant, kind)
        }
    }

    /// A name that the other has is free; one's own new thing is what the list has more than before.
    private mutating func create(_ tenant: Int, _ kind: Kind) async throws {
        let parent = kind.parent.flatMap { choose(tenant, $0) }
        guard kind.parent == nil || parent != nil else { return }
        let place = parent?.id ?? ""
        let name = Self.names.randomElement(using: &world.random) ?? ""
        let mine = things[tenant][kind.name, default: []]
        let isTaken =
            switch kind.scope {
            case .nowhere: false
            case .parent: mine.contains { $0.name == name && $0.parent == place }
            case .account: mine.contains { $0.name == name }
            }
        let isDone = try await done(tenant, kind.create(place, name, world.mark(tenant)))
        #expect(isDone == !isTaken, "\(kind.name) \(name)")
        guard isDone else { return }
        let known = Set(mine.filter { $0.parent == place }.map(\.id))
        let new = try await ids(tenant, kind, in: place).subtracting(known)
        #expect(new.count == 1, "\(kind.name)")
        for id in new { things[tenant][kind.name, default: []].insert(Thing(id: id, parent: place, name: name)) }
        note(kind, 1, tenant)
    }

    private func note(_ kind: Kind, _ count: Int, _ tenant: Int) {
        for path in kind.counted { world.elsewhere[tenant][keyPath: path] += count }
    }

    private func ids(_ tenant: Int, _ kind: Kind, in parent: String) async throws -> Set<String> {
        let answer = try await ask(tenant, kind.list(parent))
        #expect(dialect.isSuccess(answer), "\(kind.name): \(answer.text)")
        return Set(answer.body.matches(of: try Regex(kind.ids)).compactMap { $0[1].substring.map(String.init) })
    }

    private mutating func update(_ tenant: Int, _ kind: Kind) async throws {
        guard let update = kind.update, let thing = choose(tenant, kind.name) else { return }
        #expect(try await done(tenant, update(thing, world.mark(tenant))), "\(kind.name)")
    }

    /// What something else needs stays; else it goes with what is in it.
    private mutating func delete(_ tenant: Int, _ kind: Kind) async throws {
        guard let thing = choose(tenant, kind.name), try await done(tenant, kind.delete(thing)) else { return }
        remove(thing, kind, tenant)
    }

    private mutating func remove(_ thing: Thing, _ kind: Kind, _ tenant: Int) {
        things[tenant][kind.name]?.remove(thing)
        note(kind, -1, tenant)
        for child in dialect.kinds where child.parent == kind.name {
            for inner in things[tenant][child.name, default: []] where inner.parent == thing.id {
                remove(inner, child, tenant)
            }
        }
    }

    mutating func compare(_ tenant: Int) async throws {
        for kind in dialect.kinds {
            let mine = things[tenant][kind.name, default: []]
            let places = kind.parent.map { things[tenant][$0, default: []].map(\.id) } ?? [""]
            for place in places {
                let found = try await ids(tenant, kind, in: place)
                #expect(found == Set(mine.filter { $0.parent == place }.map(\.id)), "\(kind.name)")
            }
        }
    }

    mutating func trespass(as tenant: Int) async throws {
        for kind in dialect.kinds { try await reach(tenant, kind) }
    }

    /// Everything that can be asked with an id, with one of the other's and with one that nobody has.
    private mutating func reach(_ tenant: Int, _ kind: Kind) async throws {
        guard let theirs = choose(1 - tenant, kind.name) else { return }
        let own = kind.parent.flatMap { choose(tenant, $0)?.id }
        let mark = world.mark(tenant)
        var requests: [@Sendable (Thing) -> Ask] = [kind.show, kind.delete] + kind.uses
        if let update = kind.update { requests.append { update($0, mark) } }
        if kind.parent != nil { requests += [{ kind.list($0.parent) }, { kind.create($0.parent, "Cary", mark) }] }
        for request in requests {
            try await isNobodys(tenant, request(theirs), request(thing(dialect.nobody, in: dialect.nobody)))
            guard let own else { continue }
            // Under what is one's own, too.
            let (hidden, missing) = (request(thing(theirs.id, in: own)), request(thing(dialect.nobody, in: own)))
            if hidden.content + hidden.line != missing.content + missing.line {
                try await isNobodys(tenant, hidden, missing)
            }
        }
    }

    private func thing(_ id: String, in parent: String) -> Thing { Thing(id: id, parent: parent, name: "") }

    private func isNobodys(_ tenant: Int, _ theirs: Ask, _ nobodys: Ask) async throws {
        let (answer, expected) = (try await ask(tenant, theirs), try await ask(tenant, nobodys))
        #expect(
            World.withoutIDs(answer.text) == World.withoutIDs(expected.text), "\(theirs.line) \(theirs.content)")
        world.noteTrespass()
    }
}
