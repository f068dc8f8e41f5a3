import Provisioning
import Testing

/// What an endpoint leaves open is as its account's SIP profile has it; what it says is not.
@Suite struct SIPEndpointPolicyTests {
    private static let agent = UniqueID.random()

    private static let changed: SIPProfile = {
        var profile = SIPProfile(account: AccountID(rawValue: 1))
        profile.ciphers = [.aesGCM256]
        profile.codecs = [.pcmu, .opus16]
        profile.requiresEncryption = true
        profile.sendAs = SendAs("+19195551234") ?? .random
        profile.outbound = .blockPSTN
        return profile
    }()

    @Test func silenceIsTheProfile() {
        let fresh = SIPProfile(account: AccountID(rawValue: 1))
        let policy = SIPEndpointPolicy(of: SIPEndpointSettings(), in: fresh)
        #expect(policy.sendAs == .random)
        #expect(policy.ciphers == MediaPolicy.Cipher.allCases)
        #expect(policy.codecs == MediaPolicy.Codec.standard)
        #expect(!policy.requiresEncryption)
        #expect(policy.handler == .passthrough)

        let other = SIPEndpointPolicy(of: SIPEndpointSettings(), in: Self.changed)
        #expect(other.sendAs.text == "+19195551234")
        #expect(other.ciphers == [.aesGCM256])
        #expect(other.codecs == [.pcmu, .opus16])
        #expect(other.requiresEncryption)
        #expect(other.handler == .blockPSTN)
    }

    @Test func whatIsSaidStands() {
        var settings = SIPEndpointSettings()
        settings.sendAs = .own(.random)
        settings.ciphers = .own([])
        settings.codecs = .own([.g729])
        settings.encryption = .optional
        settings.handler = .passthrough
        let policy = SIPEndpointPolicy(of: settings, in: Self.changed)
        #expect(policy.sendAs == .random)
        #expect(policy.ciphers.isEmpty)
        #expect(policy.codecs == [.g729])
        #expect(!policy.requiresEncryption)
        #expect(policy.handler == .passthrough)
    }

    @Test(arguments: [
        (CallHandler.default, CallHandler.passthrough, CallHandler.blockPSTN),
        (.passthrough, .passthrough, .passthrough), (.blockPSTN, .blockPSTN, .blockPSTN),
        (.resource(agent, .agent), .resource(agent, .agent), .resource(agent, .agent)),
    ])
    func noHandlerIsLeftOpen(handler: CallHandler, fresh: CallHandler, changed: CallHandler) {
        var settings = SIPEndpointSettings()
        settings.handler = handler
        let profile = SIPProfile(account: AccountID(rawValue: 1))
        #expect(SIPEndpointPolicy(of: settings, in: profile).handler == fresh)
        #expect(SIPEndpointPolicy(of: settings, in: Self.changed).handler == changed)
    }

    @Test(arguments: zip(MediaPolicy.Encryption.allCases, [(false, true), (true, true), (false, false)]))
    func encryption(setting: MediaPolicy.Encryption, required: (fresh: Bool, changed: Bool)) {
        #expect(SIPProfile(account: AccountID(rawValue: 1)).requiresEncryption(setting) == required.fresh)
        #expect(Self.changed.requiresEncryption(setting) == required.changed)
    }
}
