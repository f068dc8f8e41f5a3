import Foundation
import SIPMessage
import Testing

/// What one message of a corpus must come to.
struct CorpusRow: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable, Equatable {
        case read
        case refused(UInt16, MessageFault)
        case dropped(MessageFault)
    }

    /// The file, without `.dat`.
    let file: String
    let section: String
    /// What the section asks of an element like ours.
    let says: String
    let outcome: Outcome
    let facts: [Fact]

    init(_ file: String, _ section: String, _ says: String, _ outcome: Outcome, _ facts: [Fact] = []) {
        self.file = file
        self.section = section
        self.says = says
        self.outcome = outcome
        self.facts = facts
    }

    var testDescription: String { "\(section) \(file)" }

    /// One thing that must stand in the message.
    struct Fact: Sendable {
        let label: String
        let wanted: String
        let seen: @Sendable (Seen) -> String?

        init(_ label: String, _ wanted: String, _ seen: @escaping @Sendable (Seen) -> String?) {
            self.label = label
            self.wanted = wanted
            self.seen = seen
        }
    }

    func check(_ bytes: [UInt8]) {
        let seen = Seen(bytes)
        let expected: Verdict =
            switch outcome {
            case .read: .accept
            case .refused(let status, let fault): .refuse(status: status, reason: fault)
            case .dropped(let fault): .drop(fault)
            }
        #expect(seen.verdict == expected, "\(file): \(says)")
        for fact in facts {
            #expect(fact.seen(seen) == fact.wanted, "\(file): \(fact.label)")
        }
        if case .refused = outcome {
            #expect(seen.answer.hasPrefix("SIP/2.0 400 Bad Request\r\nVia: "), "\(file): it can be answered")
        }
    }
}

extension CorpusRow.Fact {
    static func method(_ wanted: String) -> Self { Self("method", wanted) { $0.methodText } }
    static func uri(_ wanted: String) -> Self { Self("request URI", wanted) { $0.requestURI } }
    static func user(_ wanted: String) -> Self {
        Self("user of the request URI", wanted) { SeenURI($0.requestURI)?.user }
    }
    static func host(_ wanted: String) -> Self {
        Self("host of the request URI", wanted) { SeenURI($0.requestURI)?.host }
    }
    static func status(_ wanted: Int, _ reason: String) -> Self {
        Self("status", "\(wanted) \(reason)") { "\($0.status) \($0.reason)" }
    }
    static func body(_ wanted: Int) -> Self { Self("bytes of body", "\(wanted)") { "\($0.body.count)" } }
    static func lines(_ wanted: Int) -> Self { Self("header lines", "\(wanted)") { "\($0.lines.count)" } }
    static func values(_ name: HeaderName, _ wanted: [String]) -> Self {
        Self("values of \(name)", wanted.joined(separator: " | ")) { $0.values(name).joined(separator: " | ") }
    }
    static func count(_ name: HeaderName, _ wanted: Int) -> Self {
        Self("number of values of \(name)", "\(wanted)") { "\($0.values(name).count)" }
    }
    static func line(_ name: String, _ wanted: String) -> Self { Self("line \(name)", wanted) { $0.line(name) } }
    static func display(_ name: HeaderName, _ wanted: String) -> Self {
        Self("display name of \(name)", wanted) { SeenAddress($0.values(name).first)?.display }
    }
    static func tag(_ name: HeaderName, _ wanted: String) -> Self {
        Self("tag of \(name)", wanted) { SeenAddress($0.values(name).first)?.parameters["tag"] }
    }
    /// The user, unescaped, of an address.
    static func user(_ name: HeaderName, _ wanted: String, at place: Int = 0) -> Self {
        Self("user of \(name)", wanted) { seen in
            let values = seen.values(name)
            return place < values.count ? SeenURI(SeenAddress(values[place])?.uri)?.user : nil
        }
    }
    static func parameters(_ name: HeaderName, _ wanted: [String: String]) -> Self {
        Self("parameters of \(name)", "\(wanted.sorted { $0.key < $1.key })") {
            SeenAddress($0.values(name).first).map { "\($0.parameters.sorted { $0.key < $1.key })" }
        }
    }
    static func uriParameters(_ name: HeaderName, _ wanted: [String: String]) -> Self {
        Self("URI parameters of \(name)", "\(wanted.sorted { $0.key < $1.key })") {
            SeenURI(SeenAddress($0.values(name).first)?.uri).map { "\($0.parameters.sorted { $0.key < $1.key })" }
        }
    }
    /// `transport host branch` of each Via.
    static func vias(_ wanted: [String]) -> Self {
        Self("Via values", wanted.joined(separator: " | ")) {
            $0.values(.via).map { SeenVia($0).map { "\($0.transport) \($0.host) \($0.branch)" } ?? "malformed" }
                .joined(separator: " | ")
        }
    }
    static func cSeq(_ number: UInt32, _ method: String) -> Self {
        Self("CSeq", "\(number) \(method)") { seen in
            guard let (bytes, whole) = seen.values(.cSeq).first.map(wire),
                let cSeq = CSeqValue(bytes.span, whole)
            else { return nil }
            return "\(cSeq.number) \(Seen.text(bytes.span, cSeq.method))"
        }
    }
}

/// The bytes of one file of the fixtures.
func fixture(_ folder: String, _ file: String) throws -> [UInt8] {
    let url = Bundle.module.resourceURL?.appending(path: "Fixtures/\(folder)/\(file).dat")
    return Array(try Data(contentsOf: #require(url)))
}

/// The files of one folder, without `.dat`.
func fixtures(_ folder: String) throws -> Set<String> {
    let url = try #require(Bundle.module.resourceURL?.appending(path: "Fixtures/\(folder)"))
    let files = try FileManager.default.contentsOfDirectory(atPath: url.path)
    return Set(files.filter { $0.hasSuffix(".dat") }.map { String($0.dropLast(4)) })
}
