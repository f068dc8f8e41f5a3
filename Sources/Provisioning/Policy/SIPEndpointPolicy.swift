/// What holds for the calls of an endpoint: its own settings, and its account's SIP profile for what they leave open.
///
/// It is worked out whenever it is asked for, so that a change of the profile reaches every endpoint at once.
package struct SIPEndpointPolicy: Sendable, Equatable {
    package let sendAs: SendAs
    package let ciphers: [MediaPolicy.Cipher]
    package let codecs: [MediaPolicy.Codec]
    package let requiresEncryption: Bool
    /// Never `default`.
    package let handler: CallHandler
    /// Whether the endpoint or the profile said so; else calls go no further than their own country.
    package let handlerIsDecided: Bool

    package init(of settings: SIPEndpointSettings, in profile: SIPProfile) {
        sendAs = settings.sendAs.value(or: profile.sendAs)
        ciphers = settings.ciphers.value(or: profile.ciphers)
        codecs = settings.codecs.value(or: profile.codecs)
        requiresEncryption = profile.requiresEncryption(settings.encryption)
        handler =
            switch (settings.handler, profile.outbound) {
            case (.default, .passthrough), (.default, nil): .passthrough
            case (.default, .blockPSTN): .blockPSTN
            case (let handler, _): handler
            }
        handlerIsDecided = settings.handler != .default || profile.outbound != nil
    }
}

extension SIPProfile {
    /// Whether media must be encrypted for an endpoint or gateway with that setting.
    package func requiresEncryption(_ setting: MediaPolicy.Encryption) -> Bool {
        switch setting {
        case .default: requiresEncryption
        case .required: true
        case .optional: false
        }
    }
}
