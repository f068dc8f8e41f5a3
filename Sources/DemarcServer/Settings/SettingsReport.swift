import DialectKit
import Foundation
import Provisioning

/// Every setting with its value and source, what is wrong, and the settings themselves when nothing is.
package struct SettingsReport: Sendable {
    package struct Line: Codable, Equatable, Sendable {
        package let key: String
        /// As the file would say it; secrets are `<redacted>`.
        package let values: [String]
        package let source: SettingSource
    }

    package let lines: [Line]
    package private(set) var faults: [SettingFault]
    /// `nil` when there are faults.
    package private(set) var settings: ServerSettings?

    package init(_ sources: SettingSources) {
        var parser = SettingsParser(sources)
        let settings = parser.settings()
        lines = parser.lines
        faults = sources.faults + parser.faults
        self.settings = faults.isEmpty ? settings : nil
    }

    /// With what is wrong with the files that the settings name, too.
    package func lookingAtFiles() -> SettingsReport {
        var report = self
        report.faults += settings?.fileFaults ?? []
        if !report.faults.isEmpty { report.settings = nil }
        return report
    }
}

/// Reads each setting once, noting its line and what is wrong with it.
private struct SettingsParser {
    private let sources: SettingSources
    private(set) var lines: [SettingsReport.Line] = []
    private(set) var faults: [SettingFault] = []

    init(_ sources: SettingSources) { self.sources = sources }

    mutating func settings() -> ServerSettings {
        let data = text(.data)
        let key = sealingKey(in: data)
        let settings = ServerSettings(
            dataDirectory: data, sealingKeyPath: key,
            vendorListen: list(.vendorListen, ListenAddress.init), vendorTLS: vendorTLS(),
            operatorListen: list(.operatorListen, ListenAddress.init).first
                ?? ListenAddress(host: "127.0.0.1", port: 0),
            operatorToken: token(), sip: sip(),
            egressAllow: list(.egressAllow, EgressPolicy.Allowance.init),
            rate: RequestRate(integer(.limitRate), per: .seconds(1), burst: integer(.limitBurst)),
            addressCheck: addressCheck(), logLevel: text(.logLevel),
            logFormat: LogFormat(rawValue: text(.logFormat)) ?? .text)
        if settings.operatorListen.isWildcard {
            note(.operatorListen, "name the address; the operator's side is not for every network")
        }
        return settings
    }

    /// The one default that depends on another setting.
    private mutating func sealingKey(in data: String) -> String {
        let path = text(.sealingKey)
        guard path.isEmpty else { return path }
        let beside = "\(data)/sealing.key"
        lines.removeAll { $0.key == Setting.sealingKey.key }
        lines.append(.init(key: Setting.sealingKey.key, values: [beside], source: .default))
        return beside
    }

    private mutating func vendorTLS() -> TLSSettings {
        var settings = TLSSettings()
        settings.listen = list(.vendorListenTLS, ListenAddress.init)
        settings.names = text(.vendorNames).split(separator: ",").map { $0.filter { $0 != " " } }
        if settings.names.contains(where: { IPAddress($0) == nil && ListenAddress.host($0) == nil }) {
            note(.vendorNames, "must be host names or addresses, with commas between them")
        }
        settings.certificate = certificate(.vendorCertificate, .vendorCertificateKey)
        return settings
    }

    private mutating func certificate(_ certificate: Setting, _ key: Setting) -> TLSSettings.Files? {
        let (chain, key) = (path(certificate), path(key))
        if (chain == nil) != (key == nil) { note(certificate, "needs its key, and the key its certificate") }
        guard let chain, let key else { return nil }
        return TLSSettings.Files(chain: chain, key: key)
    }

    private mutating func certificates(_ certificate: Setting, _ key: Setting) -> [TLSSettings.Files] {
        let (chains, keys) = (values(certificate), values(key))
        if chains.count != keys.count { note(certificate, "needs its key, and the key its certificate") }
        return zip(chains, keys).map { TLSSettings.Files(chain: $0, key: $1) }
    }

    private mutating func sip() -> SIPSettings {
        let settings = SIPSettings(
            listen: list(.sipListen, SIPListenAddress.init),
            durability: .init(rawValue: text(.sipDurability)) ?? .journal,
            minimumExpires: integer(.sipMinimumExpires), defaultExpires: integer(.sipDefaultExpires),
            maximumExpires: integer(.sipMaximumExpires), maximumContacts: integer(.sipMaximumContacts),
            contactOverflow: .init(rawValue: text(.sipContactOverflow)) ?? .replaceOldest,
            digest: .init(rawValue: text(.sipDigest)) ?? .sha256, nonceLifetime: integer(.sipNonceLifetime),
            certificates: certificates(.sipCertificate, .sipCertificateKey), clientAuthorities: path(.tlsClientCA),
            nameservers: list(.sipNameserver, Nameserver.init),
            authorities: path(.sipAuthorities),
            mediaRelays: list(.mediaRelay, MediaRelayAddress.init),
            registrations: RegistrationPaceSettings(
                rate: integer(.registrationRate), burst: integer(.registrationBurst),
                registrarRate: integer(.registrationRegistrarRate), registrarBurst: integer(.registrationRegistrarBurst)
            ),
            trunkProbe: integer(.trunkProbe), sessionTimer: integer(.sessionTimer),
            natKeepAlive: integer(.natKeepAlive), banAfter: integer(.banAfter), banWindow: integer(.banWindow),
            banDuration: integer(.banDuration))
        if 1..<90 ~= settings.sessionTimer { note(.sessionTimer, "must be 0, or at least 90") }
        if !(settings.minimumExpires...max(settings.minimumExpires, settings.maximumExpires))
            .contains(settings.defaultExpires) || settings.minimumExpires > settings.maximumExpires
        {
            note(.sipDefaultExpires, "must lie between sip.minimum-expires and sip.maximum-expires")
        }
        return settings
    }

    private mutating func token() -> Secret<String>? {
        let text = text(.operatorToken)
        guard !text.isEmpty else { return nil }
        if text.count < 20 || !text.allSatisfy({ $0.isASCII && !$0.isWhitespace }) {
            note(.operatorToken, "must be at least 20 characters, without spaces")
        }
        return Secret(text)
    }

    private mutating func addressCheck() -> ServerSettings.AddressCheckChoice {
        let text = text(.addressCheck)
        if text == "embedded" { return .embedded }
        if let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme), url.host() != nil,
            url.user() == nil
        {
            return .service(text)
        }
        note(.addressCheck, "must be `embedded` or a URL with http or https and no password")
        return .embedded
    }

    private mutating func values(_ setting: Setting) -> [String] {
        switch sources.text(of: setting) {
        case .success(let text):
            let shown = setting.isSecret ? text.values.map { _ in "<redacted>" } : text.values
            lines.append(.init(key: setting.key, values: shown, source: text.source))
            return text.values
        case .failure(let fault):
            faults.append(SettingFault(key: setting.key, message: fault.message))
            return setting.fallback
        }
    }

    private mutating func text(_ setting: Setting) -> String {
        let text = values(setting).first ?? ""
        if case .choice(let names) = setting.kind, !names.contains(text) {
            note(setting, "must be one of \(names.joined(separator: ", ")), not `\(text)`")
        }
        if setting.kind == .path, text.isEmpty, !setting.fallback.isEmpty { note(setting, "must not be empty") }
        return text
    }

    /// Nil when it is not set.
    private mutating func path(_ setting: Setting) -> String? {
        let path = text(setting)
        return path.isEmpty ? nil : path
    }

    private mutating func integer(_ setting: Setting) -> Int {
        let text = values(setting).first ?? ""
        let range: ClosedRange<Int> =
            switch setting.kind {
            case .integer(let range), .seconds(let range): range
            default: 0...Int.max
            }
        guard let number = Int(text), range.contains(number) else {
            note(setting, "must be \(setting.form), not `\(text)`")
            return range.lowerBound
        }
        return number
    }

    private mutating func list<Value>(_ setting: Setting, _ parse: (String) -> Value?) -> [Value] {
        let texts = values(setting)
        if texts.isEmpty, !setting.fallback.isEmpty { note(setting, "needs at least one address") }
        return texts.compactMap { text in
            let value = parse(text)
            if value == nil { note(setting, "must be \(setting.form), not `\(text)`") }
            return value
        }
    }

    private mutating func note(_ setting: Setting, _ message: String) {
        faults.append(SettingFault(key: setting.key, message: message))
    }
}
