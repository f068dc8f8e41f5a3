/// What a carrier's settings make of a number, a caller and an offer.
extension CarrierDetails {
    /// The called number as the carrier wants it.
    ///
    /// - Parameter dialled: as it was dialled; `#` behind it stays unless the carrier wants it gone.
    func calledText(_ number: TelephoneNumber, dialled: String, in plan: DialPlan) -> String {
        let hashes = calledStripHash ? "" : String(dialled.reversed().prefix { $0 == "#" })
        return calledPrefix + plan.text(number) + hashes
    }

    /// An emergency number: as it is, whatever the form of other numbers.
    func calledText(emergency number: String) -> String { calledPrefix + number }

    /// The caller as the carrier wants it; `P-Asserted-Identity` and Remote-Party-ID name the number even where From does not.
    func shown(_ caller: KnownCaller, in plan: DialPlan) -> ShownCaller {
        let number = callerID.isEmpty ? caller.number.map(plan.text) : callerID
        var shown = ShownCaller()
        if caller.isWithheld {
            shown.replace(by: withheldCallerID)
        } else if let number {
            shown.user = number
            shown.displayName = caller.displayName
        } else {
            shown.replace(by: unknownCallerID)
        }
        if sendsAssertedIdentity { shown.assertedUser = number }
        shown.sendsPrivacy = sendsPrivacy && caller.isWithheld
        if sendsRemotePartyID {
            shown.remotePartyUser = number
            shown.remotePartyIsPrivate = caller.isWithheld
        }
        return shown
    }

    var media: MediaDemand {
        var media = MediaDemand()
        media.codecs = codecs.map(\.encoding)
        media.dtmf =
            switch dtmf {
            case .rfc2833, .rfc4733: .events
            case .info: .info
            case .inband: .inband
            }
        return media
    }
}

extension ShownCaller {
    /// Shows a text in the place of the caller: a number as one, anything else as a name without a number.
    fileprivate mutating func replace(by text: String) {
        if !text.isEmpty, text.isDialable(upTo: 32) {
            user = text
        } else {
            displayName = text
            isAnonymous = true
        }
    }
}

extension CarrierDetails.Codec {
    /// As SDP has it (RFC 3551 section 6, and the codecs' own RFCs).
    package var encoding: MediaEncoding {
        switch self {
        case .alaw: .pcma
        case .g722: .g722
        case .g723: MediaEncoding("G723", clock: 8000, payloadType: 4)
        case .g726: MediaEncoding("G726-32", clock: 8000)
        case .g729: .g729
        case .gsm: MediaEncoding("GSM", clock: 8000, payloadType: 3)
        case .ilbc: MediaEncoding("ILBC", clock: 8000)
        case .lpc10: MediaEncoding("LPC", clock: 8000, payloadType: 7)
        case .opus: .opus
        case .slin: MediaEncoding("L16")
        case .speex: MediaEncoding("SPEEX")
        case .ulaw: .pcmu
        }
    }
}

extension MediaPolicy.Codec {
    package var encoding: MediaEncoding {
        switch self {
        case .opus, .opus48, .opus24, .opus16, .opus8: .opus
        case .g722: .g722
        case .pcmu: .pcmu
        case .pcma: .pcma
        case .g729: .g729
        case .vp8: MediaEncoding("VP8", clock: 90_000)
        case .h264: MediaEncoding("H264", clock: 90_000)
        }
    }
}

extension MediaEncoding {
    fileprivate static let pcmu = MediaEncoding("PCMU", clock: 8000, payloadType: 0)
    fileprivate static let pcma = MediaEncoding("PCMA", clock: 8000, payloadType: 8)
    fileprivate static let g722 = MediaEncoding("G722", clock: 8000, payloadType: 9)
    fileprivate static let g729 = MediaEncoding("G729", clock: 8000, payloadType: 18)
    /// Always 48 kHz in SDP, whatever it samples at (RFC 7587 section 7).
    fileprivate static let opus = MediaEncoding("OPUS", clock: 48_000)
}

extension MediaDemand {
    /// What an endpoint or gateway may negotiate; codecs that SDP does not tell apart are one.
    package init(codecs: [MediaPolicy.Codec], ciphers: [MediaPolicy.Cipher], requiresEncryption: Bool) {
        self.init()
        var encodings: [MediaEncoding] = []
        for codec in codecs where !encodings.contains(codec.encoding) { encodings.append(codec.encoding) }
        self.codecs = encodings
        self.ciphers = ciphers
        self.requiresEncryption = requiresEncryption
    }
}
