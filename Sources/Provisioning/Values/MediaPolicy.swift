/// What may be negotiated for the media of an endpoint or gateway.
package struct MediaPolicy: Sendable, Equatable {
    /// In the order of preference.
    package var ciphers: [Cipher]
    /// In the order of preference.
    package var codecs: [Codec]
    package var encryption: Encryption

    package init(
        ciphers: [Cipher] = Cipher.allCases, codecs: [Codec] = Codec.standard, encryption: Encryption = .default
    ) {
        self.ciphers = ciphers
        self.codecs = codecs
        self.encryption = encryption
    }

    /// An SRTP suite, in the order and with the names of SignalWire's page.
    package enum Cipher: String, CaseIterable, Sendable {
        case aesGCM256 = "AEAD_AES_256_GCM_8"
        case aes256with80 = "AES_256_CM_HMAC_SHA1_80"
        case aes128with80 = "AES_CM_128_HMAC_SHA1_80"
        case aes256with32 = "AES_256_CM_HMAC_SHA1_32"
        case aes128with32 = "AES_CM_128_HMAC_SHA1_32"
    }

    /// A codec, in the order and with the names of SignalWire's pages.
    package enum Codec: String, CaseIterable, Sendable {
        case opus = "OPUS"
        case g722 = "G722"
        case pcmu = "PCMU"
        case pcma = "PCMA"
        case g729 = "G729"
        case vp8 = "VP8"
        case h264 = "H264"
        case opus48 = "OPUS@48000H@20I"
        case opus24 = "OPUS@24000H@20I"
        case opus16 = "OPUS@16000H@20I"
        case opus8 = "OPUS@8000H@20I"

        /// Those without a rate, which is what an endpoint has that names none.
        package static let standard = allCases.filter { !$0.rawValue.contains("@") }

        /// The codec without its rate.
        package var withoutRate: Codec { Self.standard.contains(self) ? self : .opus }
    }

    /// Whether media must be encrypted; `default` as the account's SIP profile has it.
    package enum Encryption: String, CaseIterable, Sendable {
        case `default`, required, optional
    }
}
