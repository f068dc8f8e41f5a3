import Datagrams

/// Writes the two REGISTER requests of a registration, as a desk phone behind a router sends them (about 540 and 780
/// bytes).
struct RegisterWriter {
    /// What of a request differs from the others.
    struct Request {
        let user: Int
        let cseq: UInt32
        /// Which transaction it is, in the branch (RFC 3261 section 8.1.1.7).
        let transaction: UInt32
        let sequence: UInt32
    }

    private let domain: String
    private let run: UInt32
    private let ha2: [UInt8]
    private let first: Template
    private var authenticated: Template
    /// What the template of authenticated requests has room for.
    private var nonceLength = 0
    private var opaqueLength = 0
    private var values: [UInt8] = []
    private var digestInput: [UInt8] = []

    init(domain: String, run: UInt32) {
        self.domain = domain
        self.run = run
        var digest: [UInt8] = []
        digest.append(md5Of: Array("REGISTER:sip:\(domain)".utf8))
        ha2 = digest
        first = Self.template(domain: domain, run: run)
        authenticated = first
    }

    /// Appends a request without credentials.
    mutating func appendFirst(_ request: Request, to bytes: inout [UInt8]) {
        write(request)
        first.append(values, to: &bytes)
    }

    /// Appends a request that answers the phone's challenge with Digest MD5, qop=auth (RFC 7616 section 3.4).
    mutating func appendAuthenticated(
        _ request: Request, phone: Phone, ha1: ArraySlice<UInt8>, to bytes: inout [UInt8]
    ) {
        if phone.nonce.count != nonceLength || phone.opaque.count != opaqueLength {
            (nonceLength, opaqueLength) = (phone.nonce.count, phone.opaque.count)
            authenticated = Self.template(
                domain: domain, run: run, nonceLength: nonceLength, opaqueLength: opaqueLength)
        }
        write(request)
        values.append(hex: phone.nonceCount)
        values.append(hex: run)
        appendResponse(phone, ha1: ha1)
        values.append(contentsOf: phone.nonce)
        values.append(contentsOf: phone.opaque)
        authenticated.append(values, to: &bytes)
    }

    /// Appends what a user's Contact holds.
    static func appendContact(of user: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "u"))
        bytes.append(decimal: user, width: 7)
        bytes.append(UInt8(ascii: "@"))
        appendAddress(of: user, to: &bytes)
    }

    private mutating func write(_ request: Request) {
        values.removeAll(keepingCapacity: true)
        values.append(decimal: request.user, width: 7)
        Self.appendAddress(of: request.user, to: &values)
        values.append(hex: request.transaction, width: 4)
        values.append(hex: request.sequence)
        values.append(decimal: Int(request.cseq), width: 6)
    }

    private mutating func appendResponse(_ phone: Phone, ha1: ArraySlice<UInt8>) {
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
        values.append(md5Of: digestInput)
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

    /// The message; with credentials when there is a nonce.
    private static func template(
        domain: String, run: UInt32, nonceLength: Int = 0, opaqueLength: Int = 0
    ) -> Template {
        var tag: [UInt8] = []
        tag.append(hex: run)
        let credentials = nonceLength == 0 ? "" : authorization
        let source = message.replacing("{authorization}", with: credentials)
            .replacing("{optionalOpaque}", with: opaqueLength == 0 ? "" : #", opaque="{opaque}""#)
            .replacing("{domain}", with: domain)
            .replacing("{run}", with: String(decoding: tag, as: UTF8.self))
        return Template(source, places: Field.places(nonceLength: nonceLength, opaqueLength: opaqueLength))
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
        response="{response}", algorithm=MD5, cnonce="{cnonce}", qop=auth, nc={nonceCount}{optionalOpaque}

        """
}
