import Testing

@testable import SIPEngine

@Suite struct RegistrarTests {
    private static let registrar = Registrar(policy: RegistrarPolicy(maximumContacts: 3))

    /// What a REGISTER makes of one AOR.
    struct Row: CustomTestStringConvertible {
        let testDescription: String
        /// Requests before, at second 1000.
        var before: [Register] = []
        let request: Register
        var at: UInt32 = 1000
        let outcome: Registrar.Outcome
        /// Contacts with their expiry, in order.
        let contacts: [String]

        init(
            _ description: String, before: [Register] = [], _ request: Register, at: UInt32 = 1000,
            _ outcome: Registrar.Outcome, _ contacts: [String]
        ) {
            testDescription = description
            self.before = before
            self.request = request
            self.at = at
            self.outcome = outcome
            self.contacts = contacts
        }
    }

    private static func changed(added: Int = 0, refreshed: Int = 0, removed: Int = 0) -> Registrar.Outcome {
        var summary = Registrar.Summary()
        (summary.added, summary.refreshed, summary.removed) = (added, refreshed, removed)
        return .changed(summary)
    }

    private static let one = Register(contacts: ["<sip:a@192.0.2.1>"], headers: ["Expires: 600"])
    private static let two = Register(contacts: ["<sip:a@192.0.2.1>", "<sip:b@192.0.2.1>"], headers: ["Expires: 600"])
    private static let three = Register(
        contacts: ["<sip:a@192.0.2.1>, <sip:b@192.0.2.1>", "<sip:c@192.0.2.1>"], headers: ["Expires: 600"])

    /// RFC 3261 section 10.3 steps 6 to 8.
    static let rows = [
        Row("fetch of nothing", Register(), .unchanged, []),
        Row("fetch", before: [two], Register(cseq: 2), .unchanged, ["sip:a@192.0.2.1 1600", "sip:b@192.0.2.1 1600"]),
        Row("add", one, changed(added: 1), ["sip:a@192.0.2.1 1600"]),
        Row(
            "several contacts, two headers", three, changed(added: 3),
            [
                "sip:a@192.0.2.1 1600", "sip:b@192.0.2.1 1600", "sip:c@192.0.2.1 1600",
            ]),
        Row(
            "expires of the contact before the header",
            Register(
                contacts: ["<sip:a@192.0.2.1>;expires=100", "<sip:b@192.0.2.1>"], headers: ["Expires: 200"]),
            changed(added: 2), ["sip:a@192.0.2.1 1100", "sip:b@192.0.2.1 1200"]),
        Row("default expiry", Register(contacts: ["<sip:a@192.0.2.1>"]), changed(added: 1), ["sip:a@192.0.2.1 4600"]),
        Row(
            "malformed Expires counts as an hour",
            Register(
                contacts: ["<sip:a@192.0.2.1>"], headers: ["Expires: soon"]),
            changed(added: 1), ["sip:a@192.0.2.1 4600"]),
        Row(
            "malformed expires of a contact",
            Register(
                contacts: ["<sip:a@192.0.2.1>;expires=never"], headers: ["Expires: 100"]),
            changed(added: 1), ["sip:a@192.0.2.1 4600"]),
        Row(
            "negative expires is malformed", Register(contacts: ["<sip:a@192.0.2.1>;expires=-1"]),
            changed(added: 1), ["sip:a@192.0.2.1 4600"]),
        Row(
            "too long is shortened", Register(contacts: ["<sip:a@192.0.2.1>;expires=100000"]),
            changed(added: 1), ["sip:a@192.0.2.1 8200"]),
        Row(
            "longer than any number", Register(contacts: ["<sip:a@192.0.2.1>;expires=99999999999999999999"]),
            changed(added: 1), ["sip:a@192.0.2.1 8200"]),
        Row("too brief", Register(contacts: ["<sip:a@192.0.2.1>;expires=59"]), .refused(.intervalTooBrief), []),
        Row(
            "just long enough", Register(contacts: ["<sip:a@192.0.2.1>;expires=60"]),
            changed(added: 1), ["sip:a@192.0.2.1 1060"]),
        Row(
            "refresh", before: [one], Register(cseq: 2, contacts: ["<sip:a@192.0.2.1>;expires=900"]), at: 1100,
            changed(refreshed: 1), ["sip:a@192.0.2.1 2000"]),
        Row(
            "refresh may shorten", before: [one], Register(cseq: 2, contacts: ["<sip:a@192.0.2.1>;expires=60"]),
            changed(refreshed: 1), ["sip:a@192.0.2.1 1060"]),
        Row(
            "refresh of one leaves the other", before: [two],
            Register(cseq: 2, contacts: ["<sip:a@192.0.2.1>;expires=900"]),
            changed(refreshed: 1), ["sip:b@192.0.2.1 1600", "sip:a@192.0.2.1 1900"]),
        Row(
            "remove one", before: [two], Register(cseq: 2, contacts: ["<sip:a@192.0.2.1>;expires=0"]),
            changed(removed: 1), ["sip:b@192.0.2.1 1600"]),
        Row(
            "remove with the header", before: [one],
            Register(cseq: 2, contacts: ["<sip:a@192.0.2.1>"], headers: ["Expires: 0"]), changed(removed: 1), []),
        Row(
            "remove what is not there", before: [one],
            Register(cseq: 2, contacts: ["<sip:b@192.0.2.1>;expires=0"]), .unchanged, ["sip:a@192.0.2.1 1600"]),
        Row(
            "remove one and add another", before: [one],
            Register(cseq: 2, contacts: ["<sip:a@192.0.2.1>;expires=0", "<sip:b@192.0.2.1>;expires=60"]),
            changed(added: 1, removed: 1), ["sip:b@192.0.2.1 1060"]),
        Row(
            "remove all", before: [two], Register(cseq: 2, contacts: ["*"], headers: ["Expires: 0"]),
            changed(removed: 2), []),
        Row("remove all of nothing", Register(contacts: ["*"], headers: ["Expires: 0"]), .unchanged, []),
        Row(
            "remove all with another Call-ID", before: [two],
            Register(callID: "other", cseq: 1, contacts: ["*"], headers: ["Expires: 0"]), changed(removed: 2), []),
        Row(
            "* without Expires", before: [one], Register(cseq: 2, contacts: ["*"]),
            .refused(.malformed), ["sip:a@192.0.2.1 1600"]),
        Row(
            "* with Expires above 0", before: [one], Register(cseq: 2, contacts: ["*"], headers: ["Expires: 1"]),
            .refused(.malformed), ["sip:a@192.0.2.1 1600"]),
        Row(
            "* with a malformed Expires", before: [one],
            Register(cseq: 2, contacts: ["*"], headers: ["Expires: none"]),
            .refused(.malformed), ["sip:a@192.0.2.1 1600"]),
        Row(
            "* before another contact", before: [one],
            Register(cseq: 2, contacts: ["*", "<sip:b@192.0.2.1>"], headers: ["Expires: 0"]),
            .refused(.malformed), ["sip:a@192.0.2.1 1600"]),
        Row(
            "* behind another contact", before: [one],
            Register(cseq: 2, contacts: ["<sip:b@192.0.2.1>, *"], headers: ["Expires: 0"]),
            .refused(.malformed), ["sip:a@192.0.2.1 1600"]),
        Row(
            "* out of order", before: [Register(cseq: 5, contacts: ["<sip:a@192.0.2.1>;expires=600"])],
            Register(cseq: 5, branch: "z9hG4bKother", contacts: ["*"], headers: ["Expires: 0"]),
            .refused(.outOfOrder), ["sip:a@192.0.2.1 1600"]),
        Row(
            "lower CSeq", before: [Register(cseq: 5, contacts: ["<sip:a@192.0.2.1>;expires=600"])],
            Register(cseq: 4, contacts: ["<sip:a@192.0.2.1>;expires=0"]),
            .refused(.outOfOrder), ["sip:a@192.0.2.1 1600"]),
        Row(
            "same CSeq, another request", before: [one],
            Register(branch: "z9hG4bKother", contacts: ["<sip:a@192.0.2.1>;expires=900"]),
            .refused(.outOfOrder), ["sip:a@192.0.2.1 1600"]),
        Row(
            "lower CSeq for another contact", before: [Register(cseq: 5, contacts: ["<sip:a@192.0.2.1>;expires=600"])],
            Register(cseq: 4, contacts: ["<sip:b@192.0.2.1>;expires=600"]),
            changed(added: 1), ["sip:a@192.0.2.1 1600", "sip:b@192.0.2.1 1600"]),
        Row(
            "another Call-ID starts its own order", before: [one],
            Register(callID: "rebooted", cseq: 1, contacts: ["<sip:a@192.0.2.1>;expires=900"]),
            changed(refreshed: 1), ["sip:a@192.0.2.1 1900"]),
        Row("retransmission", before: [one], one, at: 1001, .unchanged, ["sip:a@192.0.2.1 1600"]),
        Row(
            "retransmission of several", before: [three], three, at: 1001, .unchanged,
            [
                "sip:a@192.0.2.1 1600", "sip:b@192.0.2.1 1600", "sip:c@192.0.2.1 1600",
            ]),
        Row(
            "the same contact twice in one request",
            Register(
                contacts: ["<sip:a@192.0.2.1>;expires=100", "<sip:a@192.0.2.1>;expires=200"]),
            changed(added: 1, refreshed: 1), ["sip:a@192.0.2.1 1200"]),
        Row(
            "added and removed in one request",
            Register(
                contacts: ["<sip:a@192.0.2.1>;expires=100", "<sip:a@192.0.2.1>;expires=0"]),
            changed(added: 1, removed: 1), []),
        Row(
            "equivalent URI", before: [Register(contacts: ["<sip:%61lice@HOST.test;transport=TCP>;expires=600"])],
            Register(cseq: 2, contacts: ["<sip:alice@host.test;Transport=tcp>;expires=900"]),
            changed(refreshed: 1), ["sip:alice@host.test;Transport=tcp 1900"]),
        Row(
            "the user part minds capitals", before: [one],
            Register(cseq: 2, contacts: ["<sip:A@192.0.2.1>;expires=600"]),
            changed(added: 1), ["sip:a@192.0.2.1 1600", "sip:A@192.0.2.1 1600"]),
        Row(
            "a port of its own is another contact", before: [one],
            Register(cseq: 2, contacts: ["<sip:a@192.0.2.1:5060>;expires=600"]),
            changed(added: 1), ["sip:a@192.0.2.1 1600", "sip:a@192.0.2.1:5060 1600"]),
        Row(
            "a contact that is equivalent to two replaces both",
            before: [Register(contacts: ["<sip:a@192.0.2.1;x=1>;expires=600, <sip:a@192.0.2.1;x=2>;expires=600"])],
            Register(cseq: 2, contacts: ["<sip:a@192.0.2.1>;expires=900"]),
            changed(refreshed: 1, removed: 1), ["sip:a@192.0.2.1 1900"]),
        Row(
            "same instance and reg-id",
            before: [Register(contacts: ["<sip:a@192.0.2.1>;+sip.instance=\"<urn:x:1>\";reg-id=1;expires=600"])],
            Register(
                callID: "rebooted", contacts: ["<sip:a@192.0.2.9>;+sip.instance=\"<urn:x:1>\";reg-id=1;expires=600"]),
            changed(refreshed: 1), ["sip:a@192.0.2.9 1600"]),
        Row(
            "same instance, another reg-id",
            before: [Register(contacts: ["<sip:a@192.0.2.1>;+sip.instance=\"<urn:x:1>\";reg-id=1;expires=600"])],
            Register(
                callID: "second", contacts: ["<sip:a@192.0.2.1>;+sip.instance=\"<urn:x:1>\";reg-id=2;expires=600"]),
            changed(added: 1), ["sip:a@192.0.2.1 1600", "sip:a@192.0.2.1 1600"]),
        Row(
            "another instance, same reg-id",
            before: [Register(contacts: ["<sip:a@192.0.2.1>;+sip.instance=\"<urn:x:1>\";reg-id=1;expires=600"])],
            Register(
                callID: "second", contacts: ["<sip:a@192.0.2.2>;+sip.instance=\"<urn:x:2>\";reg-id=1;expires=600"]),
            changed(added: 1), ["sip:a@192.0.2.1 1600", "sip:a@192.0.2.2 1600"]),
        Row(
            "one contact more replaces the oldest",
            before: [one, Register(callID: "2", contacts: ["<sip:b@192.0.2.1>, <sip:c@192.0.2.1>"])],
            Register(callID: "3", contacts: ["<sip:d@192.0.2.1>;expires=600"]), at: 1001,
            changed(added: 1, removed: 1), ["sip:b@192.0.2.1 4600", "sip:c@192.0.2.1 4600", "sip:d@192.0.2.1 1601"]),
        Row(
            "the same instance goes before the oldest",
            before: [
                one, Register(callID: "2", contacts: ["<sip:b@192.0.2.1>;+sip.instance=\"<urn:x:1>\";expires=600"]),
                Register(callID: "3", contacts: ["<sip:c@192.0.2.1>;expires=600"]),
            ],
            Register(callID: "4", contacts: ["<sip:d@192.0.2.1>;+sip.instance=\"<urn:x:1>\";expires=600"]),
            changed(added: 1, removed: 1), ["sip:a@192.0.2.1 1600", "sip:c@192.0.2.1 1600", "sip:d@192.0.2.1 1600"]),
        Row(
            "more in one request than may be",
            Register(contacts: (1...4).map { "<sip:a@192.0.2.\($0)>" }), .refused(.tooManyContacts), []),
        Row(
            "all or nothing: the third too brief", before: [one],
            Register(
                cseq: 2,
                contacts: [
                    "<sip:a@192.0.2.1>;expires=900", "<sip:b@192.0.2.1>;expires=900", "<sip:c@192.0.2.1>;expires=1",
                ]), .refused(.intervalTooBrief), ["sip:a@192.0.2.1 1600"]),
        Row(
            "all or nothing: the third malformed", before: [one],
            Register(
                cseq: 2,
                contacts: [
                    "<sip:a@192.0.2.1>;expires=0", "<sip:b@192.0.2.1>;expires=900", "<sip:c@192.0.2.1>;q=2",
                ]), .refused(.malformed), ["sip:a@192.0.2.1 1600"]),
        Row(
            "all or nothing: the third out of order",
            before: [one, Register(callID: "3", cseq: 9, contacts: ["<sip:c@192.0.2.1>;expires=600"])],
            Register(
                callID: "3", cseq: 8,
                contacts: [
                    "<sip:a@192.0.2.1>;expires=0", "<sip:b@192.0.2.1>;expires=900", "<sip:c@192.0.2.1>;expires=900",
                ]), .refused(.outOfOrder), ["sip:a@192.0.2.1 1600", "sip:c@192.0.2.1 1600"]),
        Row(
            "the expired is dropped", before: [two], Register(cseq: 2, contacts: ["<sip:a@192.0.2.1>;expires=60"]),
            at: 1600, changed(added: 1), ["sip:a@192.0.2.1 1660"]),
        Row(
            "the expired has no order any more",
            before: [Register(cseq: 9, contacts: ["<sip:a@192.0.2.1>;expires=600"])],
            Register(cseq: 1, contacts: ["<sip:a@192.0.2.1>;expires=60"]),
            at: 1600, changed(added: 1), ["sip:a@192.0.2.1 1660"]),
        Row(
            "the expired takes no place", before: [three],
            Register(callID: "2", contacts: ["<sip:d@192.0.2.1>, <sip:e@192.0.2.1>, <sip:f@192.0.2.1>"]), at: 1600,
            changed(added: 3), ["sip:d@192.0.2.1 5200", "sip:e@192.0.2.1 5200", "sip:f@192.0.2.1 5200"]),
        Row(
            "a contact without brackets", Register(contacts: ["sip:a@192.0.2.1;expires=600"]),
            changed(added: 1), ["sip:a@192.0.2.1 1600"]),
        Row(
            "a URI that is too long", Register(contacts: ["<sip:\(String(repeating: "a", count: 1020))@x>"]),
            .refused(.malformed), []),
        Row(
            "an instance that is too long",
            Register(
                contacts: ["<sip:a@x>;+sip.instance=\"<\(String(repeating: "a", count: 511))>\""]),
            .refused(.malformed), []),
        Row(
            "a Path that is too long",
            Register(
                contacts: ["<sip:a@x>"], headers: ["Path: <sip:\(String(repeating: "a", count: 2048))>"]),
            .refused(.malformed), []),
        Row(
            "a Call-ID that is too long",
            Register(
                callID: String(repeating: "a", count: 513), contacts: ["<sip:a@x>"]), .refused(.malformed), []),
    ]

    @Test(arguments: rows) func register(_ row: Row) throws {
        var set = BindingSet()
        for request in row.before {
            guard case .changed = try Self.registrar.apply(request, at: 1000, to: &set) else {
                return #expect(Bool(false), "the row's past is refused")
            }
        }
        let before = set
        #expect(try Self.registrar.apply(row.request, at: row.at, to: &set) == row.outcome)
        #expect(set.contacts == row.contacts)
        if case .refused = row.outcome { #expect(set == before, "all or nothing") }
    }

    /// RFC 3261 section 10.3 step 7: what is an hour or longer is never too brief.
    @Test(arguments: [(3599, true), (3600, false), (3601, false), (1, true), (0, false)] as [(UInt32, Bool)])
    func anHourIsNeverTooBrief(expires: UInt32, isRefused: Bool) throws {
        let registrar = Registrar(policy: RegistrarPolicy(minimumExpires: 4000, maximumExpires: 9000))
        var set = BindingSet()
        let outcome = try registrar.apply(
            Register(contacts: ["<sip:a@192.0.2.1>;expires=\(expires)"]), at: 0, to: &set)
        #expect((outcome == .refused(.intervalTooBrief)) == isRefused)
    }

    @Test func refusingOverflow() throws {
        let registrar = Registrar(policy: RegistrarPolicy(maximumContacts: 2, overflow: .refuse))
        var set = BindingSet()
        _ = try registrar.apply(Self.two, at: 1000, to: &set)
        let third = Register(callID: "3", contacts: ["<sip:c@192.0.2.1>;expires=600"])
        #expect(try registrar.apply(third, at: 1000, to: &set) == .refused(.tooManyContacts))
        let swap = Register(
            callID: "4", contacts: ["<sip:c@192.0.2.1>;expires=600", "<sip:a@192.0.2.1>;expires=0"])
        #expect(try registrar.apply(swap, at: 1000, to: &set) == Self.changed(added: 1, removed: 1))
        #expect(try registrar.apply(third, at: 1600, to: &set) == Self.changed(added: 1), "expired ones do not count")
    }

    /// What no limit allows is not compared with everything before it first: the contact behind it is not looked at.
    @Test(arguments: RegistrarPolicy.Overflow.allCases)
    func aRequestOfTooManyContactsEndsThere(overflow: RegistrarPolicy.Overflow) throws {
        let registrar = Registrar(policy: RegistrarPolicy(maximumContacts: 3, overflow: overflow))
        var set = BindingSet()
        let request = Register(contacts: (0..<4).map { "<sip:\($0)@192.0.2.1>" } + ["<sip:4@192.0.2.1>;expires=1"])
        #expect(try registrar.apply(request, at: 1000, to: &set) == .refused(.tooManyContacts))
        #expect(set.isEmpty)
    }

    /// A limit that was lowered keeps nobody from refreshing or leaving.
    @Test(arguments: RegistrarPolicy.Overflow.allCases)
    func aLoweredLimit(overflow: RegistrarPolicy.Overflow) throws {
        var set = BindingSet()
        _ = try Self.registrar.apply(Self.three, at: 1000, to: &set)
        let lower = Registrar(policy: RegistrarPolicy(maximumContacts: 1, overflow: overflow))
        let refresh = Register(cseq: 2, contacts: ["<sip:a@192.0.2.1>;expires=900"])
        #expect(try lower.apply(refresh, at: 1000, to: &set) == Self.changed(refreshed: 1))
        let remove = Register(cseq: 3, contacts: ["<sip:b@192.0.2.1>;expires=0"])
        #expect(try lower.apply(remove, at: 1000, to: &set) == Self.changed(removed: 1))
        #expect(set.count == 2)
    }

    @Test func everythingOfABindingIsKept() throws {
        var set = BindingSet()
        let request = Register(
            callID: "call@host", cseq: 2_147_483_647,
            contacts: ["\"A\" <sip:a@192.0.2.1:5070;ob>;q=0.25;+sip.instance=\"<urn:uuid:1>\";reg-id=7;expires=600"],
            headers: [
                "Path: <sip:p1.test;lr>, <sip:p2.test;lr>", "Path: <sip:p3.test;lr>",
                "User-Agent: \(String(repeating: "u", count: 300))",
            ])
        let source = SourceAddress(high: 0x2001_0db8 << 32, low: 7, port: 40_312, transport: .tcp)
        #expect(try Self.registrar.apply(request, from: source, at: 1000, to: &set) == Self.changed(added: 1))
        set.forEach { binding in
            #expect(binding.string(binding.contact) == "sip:a@192.0.2.1:5070;ob")
            #expect(binding.string(binding.callID) == "call@host")
            #expect(binding.cseq == 2_147_483_647)
            #expect(binding.string(binding.instance) == "<urn:uuid:1>")
            #expect(binding.regID == 7)
            #expect(binding.q == 250)
            #expect(binding.string(binding.path) == "<sip:p1.test;lr>,<sip:p2.test;lr>,<sip:p3.test;lr>")
            #expect(binding.userAgent.count == 255)
            #expect(binding.source == source)
            #expect(binding.registeredAt == 1000)
            #expect(binding.expiresAt == 1600)
        }
        #expect(set.count == 1)
        #expect(set.earliestExpiry == 1600)
        #expect(set.latestExpiry == 1600)
    }

    /// Many long contacts reach neither the end of a 16-bit offset nor the longest journal record.
    @Test func longContactsStayWithinTheRoom() throws {
        let registrar = Registrar(policy: RegistrarPolicy(maximumContacts: 1000))
        var set = BindingSet()
        var refused = 0
        for number in 0..<100 {
            let request = Register(
                callID: "\(number)\(String(repeating: "c", count: 500))",
                contacts: ["<sip:\(number)@\(String(repeating: "a", count: 900))>;expires=600"],
                headers: ["Path: <sip:\(String(repeating: "p", count: 2000))>"])
            switch try registrar.apply(request, at: 1000, to: &set) {
            case .refused(.tooManyContacts): refused += 1
            case let outcome: #expect(outcome == Self.changed(added: 1))
            }
        }
        #expect(set.bytes.count <= BindingSet.longest)
        #expect(set.bytes.count > 65_535)
        #expect(refused > 0)
        let equivalent = Register(
            callID: "x", contacts: ["<sip:50@\(String(repeating: "A", count: 900))>;expires=900"])
        #expect(try registrar.apply(equivalent, at: 1000, to: &set) == Self.changed(refreshed: 1))
    }

    @Test func statusesOfRefusals() {
        #expect(RegisterRefusal.allCases.map(\.status) == [400, 423, 500, 403])
        for refusal in RegisterRefusal.allCases { #expect(!refusal.reason.isEmpty) }
    }
}
