import Testing

extension RuleTests {
    /// Clients that nobody here wrote call each other with real media, whichever vendor's API made their users.
    @Suite(.serialized) struct ClientTests {
        enum Kind: Sendable { case credential, endpoint, user }

        struct Pair: Sendable, CustomTestStringConvertible {
            let caller: PhoneModel
            let from: Kind
            let callee: PhoneModel
            let to: Kind
            var encryption = MediaEncryption.none

            var testDescription: String { "\(caller) (\(from)) to \(callee) (\(to)), SRTP \(encryption)" }
        }

        /// baresip 1.0 gives up on a challenge by SHA-256, whatever else is offered: its users are credentials, which hold MD5.
        static let pairs = [
            Pair(caller: .baresip, from: .credential, callee: .pjsua2, to: .endpoint),
            Pair(caller: .pjsua2, from: .user, callee: .baresip, to: .credential),
            Pair(caller: .linphonec, from: .user, callee: .pjsua2TCP, to: .endpoint),
            Pair(caller: .pjsua2TCP, from: .endpoint, callee: .linphonec, to: .user),
            Pair(caller: .baresip, from: .credential, callee: .linphonec, to: .endpoint),
            Pair(caller: .linphonec, from: .endpoint, callee: .baresip, to: .credential),
            Pair(caller: .pjsua2, from: .endpoint, callee: .linphonec, to: .user, encryption: .required),
            Pair(caller: .baresip, from: .credential, callee: .pjsua2, to: .endpoint, encryption: .required),
            Pair(caller: .linphonec, from: .user, callee: .baresip, to: .credential, encryption: .required),
        ]

        private let tenant: Tenant

        init() throws { tenant = try CallService.shared.tenant }

        private func user(_ kind: Kind, _ encryption: MediaEncryption) async throws -> User {
            switch kind {
            case .credential: try await tenant.credential()
            case .endpoint:
                try await tenant.endpoint(#""encryption":"\#(encryption == .required ? "required" : "optional")""#)
            case .user: try await tenant.user()
            }
        }

        @Test(arguments: pairs) func callEachOther(_ pair: Pair) async throws {
            let users = [
                try await user(pair.from, pair.encryption), try await user(pair.to, pair.encryption),
            ]
            var phones: [any CallingPhone] = []
            for (user, model) in zip(users, [pair.caller, pair.callee]) {
                let line = Line(user: user.name, password: user.password, domain: user.domain, port: user.server)
                let phone = try #require(try model.calling(on: line, pair.encryption))
                try await phone.register()
                phones.append(phone)
            }
            _ = try await tenant.server.bindings("the phones' bindings") { bindings in
                users.allSatisfy { user in bindings.contains { $0.aor == user.aor } }
            }
            try await phones[0].call("sip:\(users[1].aor)")
            for phone in phones {
                try await Patience.until("the call") { phone.isInCall() ? () : nil }
                try await phone.hasMediaBothWays()
            }
            try await phones[1].hangUp()
            try await Patience.until("its end") { phones[0].isInCall() ? nil : () }
        }

        /// A peer of Enswitch's API is a carrier, which registers nowhere; here it is a phone that answers at its port.
        @Test func aPhoneAsACarrier() async throws {
            let port = try LoopbackSocket.freePort()
            let carrier = try PJSUA2Phone(
                Line(
                    user: "carrier", password: "", domain: "carrier.example", port: tenant.server.installation.sipPort),
                transport: "udp", at: port)
            let number = Tenant.abroad
            try await tenant.route(number, over: [try await tenant.carrier(at: [port])])
            let user = try await tenant.endpoint(#""call_handler":"passthrough""#)
            let phone = try LinphonePhone(
                Line(user: user.name, password: user.password, domain: user.domain, port: user.server))
            _ = try await tenant.server.bindings("the phone's binding") { $0.contains { $0.aor == user.aor } }
            try await phone.call("sip:\(number)@\(user.domain)")
            for phone in [phone, carrier] as [any CallingPhone] {
                try await Patience.until("the call") { phone.isInCall() ? () : nil }
                try await phone.hasMediaBothWays()
            }
            try await phone.hangUp()
            try await Patience.until("its end") { carrier.isInCall() ? nil : () }
        }
    }
}
