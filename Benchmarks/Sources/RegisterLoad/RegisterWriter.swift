/// Writes the two REGISTER requests of a registration, as a desk phone behind a router sends them (about 540 and 780 bytes).
struct RegisterWriter {
    /// What of a request differs from the others.
    struct Request {
        let user: Int
        let cseq: UInt32
        /// Which transaction it is, in the branch (RFC 3261 section 8.1.1.7).
        let transaction: UInt32
        let sequence: UInt32
    }

    private let first: Template
    private let authenticated: Template
    private let run: UInt32
    private let ha2: [UInt8]
    /// The digits of the user at work, and its address.
    private var user: [UInt8] = []
    private var address: [UInt8] = []
    private var digestInput: [UInt8] = []
    private var response: [UInt8] = []

    init(domain: String, run: UInt32) {
        self.run = run
        var tag: [UInt8] = []
        tag.append(hex: run)
        let runText = String(decoding: tag, as: UTF8.self)
        func template(_ authorization: String) -> Template {
            Template(
                Self.message
                    .replacing("{authorization}", with: authorization)
                    .replacing("{domain}", with: domain)
                    .replacing("{run}", with: runText))
        }
        first = template("")
        authenticated = template(Self.authorization)
        ha2 = Self.ha2(domain: domain)
    }

    /// Appends a request without credentials.
    mutating func appendFirst(_ request: Request, to bytes: inout [UInt8]) {
        prepare(request.user)
        first.fill(into: &bytes) { field, bytes in append(field, of: request, to: &bytes) }
    }

    /// Appends a request that answers the phone's challenge with Digest MD5, qop=auth (RFC 7616 section 3.4).
    mutating func appendAuthenticated(
        _ request: Request, phone: Phone, ha1: ArraySlice<UInt8>, to bytes: inout [UInt8]
    ) {
        prepare(request.user)
        respond(to: phone, ha1: ha1)
        authenticated.fill(into: &bytes) { field, bytes in
            switch field {
            case .nonce: bytes.append(contentsOf: phone.nonce)
            case .response: bytes.append(contentsOf: response)
            case .nonceCount: bytes.append(hex: phone.nonceCount)
            case .cnonce: bytes.append(hex: run)
            case .opaque where phone.opaque.isEmpty: break
            case .opaque:
                bytes.append(contentsOf: ", opaque=\"".utf8)
                bytes.append(contentsOf: phone.opaque)
                bytes.append(UInt8(ascii: "\""))
            default: append(field, of: request, to: &bytes)
            }
        }
    }

    /// The URI that a user's Contact holds.
    static func appendContact(of user: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "u"))
        bytes.append(decimal: user, width: 7)
        bytes.append(UInt8(ascii: "@"))
        appendAddress(of: user, to: &bytes)
    }

    private func append(_ field: Template.Field, of request: Request, to bytes: inout [UInt8]) {
        switch field {
        case .user: bytes.append(contentsOf: user)
        case .address: bytes.append(contentsOf: address)
        case .cseq: bytes.append(decimal: Int(request.cseq))
        case .branch:
            bytes.append(hex: request.transaction, width: 4)
            bytes.append(hex: request.sequence)
        case .nonce, .response, .nonceCount, .cnonce, .opaque: break
        }
    }

    private mutating func prepare(_ number: Int) {
        user.removeAll(keepingCapacity: true)
        user.append(decimal: number, width: 7)
        address.removeAll(keepingCapacity: true)
        Self.appendAddress(of: number, to: &address)
    }

    private mutating func respond(to phone: Phone, ha1: ArraySlice<UInt8>) {
        digestInput.removeAll(keepingCapacity: true)
        digestInput.append(contentsOf: ha1)
        digestInput.append(UInt8(ascii: ":"))
        digestInput.append(contentsOf: phone.nonce)
        digestInput.append(UInt8(ascii: ":"))
        digestInput.append(hex: phone.nonceCount)
        digestInput.append(UInt8(ascii: ":"))
        digestInput.append(hex: run)
        digestInput.append(contentsOf: ":auth:".utf8)
        digestInput.append(contentsOf: ha2)
        response.removeAll(keepingCapacity: true)
        response.append(md5Of: digestInput)
    }

    private static func ha2(domain: String) -> [UInt8] {
        var digest: [UInt8] = []
        digest.append(md5Of: Array("REGISTER:sip:\(domain)".utf8))
        return digest
    }

    /// A private address for each of a million users, the same in every run: 10.1xx.1yy.1zz.
    private static func appendAddress(of user: Int, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "10.1".utf8)
        bytes.append(decimal: user / 10_000 % 100, width: 2)
        bytes.append(contentsOf: ".1".utf8)
        bytes.append(decimal: user / 100 % 100, width: 2)
        bytes.append(contentsOf: ".1".utf8)
        bytes.append(decimal: user % 100, width: 2)
        bytes.append(contentsOf: ":5060".utf8)
    }

    private static let message = """
        REGISTER sip:{domain} SIP/2.0
        Via: SIP/2.0/UDP {address};rport;branch=z9hG4bK{run}{branch}
        Max-Forwards: 70
        From: <sip:u{user}@{domain}>;tag={run}{user}
        To: <sip:u{user}@{domain}>
        Call-ID: {run}-{user}@{address}
        CSeq: {cseq} REGISTER
        Contact: <sip:u{user}@{address};transport=udp>;+sip.instance="<urn:uuid:5d1f9c3e-0000-4000-8000-00000{user}>"
        {authorization}User-Agent: Deskphone/7.1
        Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY, REFER
        Expires: 3600
        Content-Length: 0


        """

    private static let authorization = """
        Authorization: Digest username="u{user}", realm="{domain}", nonce="{nonce}", uri="sip:{domain}", \
        response="{response}", algorithm=MD5, cnonce="{cnonce}", qop=auth, nc={nonceCount}{opaque}

        """
}
