import ArgumentParser
import Foundation

/// One flag for each setting that may be one; a test compares them with the table.
package struct SettingFlags: ParsableArguments {
    @Option(help: ArgumentHelp("A YAML file with settings (also DEMARC_CONFIG).", valueName: "file"))
    var config: String?

    @Option(.data) var data: String?
    @Option(.sealingKey) var sealingKey: String?
    @Option(.vendorListen) var vendorListen: [String] = []
    @Option(.vendorListenTLS) var vendorListenTLS: [String] = []
    @Option(.vendorNames) var vendorNames: String?
    @Option(.vendorCertificate) var vendorCertificate: String?
    @Option(.vendorCertificateKey) var vendorCertificateKey: String?
    @Option(.operatorListen) var operatorListen: String?
    @Option(.sipListen) var sipListen: [String] = []
    @Option(.sipDurability) var sipDurability: String?
    @Option(.sipMinimumExpires) var sipMinimumExpires: String?
    @Option(.sipDefaultExpires) var sipDefaultExpires: String?
    @Option(.sipMaximumExpires) var sipMaximumExpires: String?
    @Option(.sipMaximumContacts) var sipMaximumContacts: String?
    @Option(.sipContactOverflow) var sipContactOverflow: String?
    @Option(.sipDigest) var sipDigest: String?
    @Option(.sipNonceLifetime) var sipNonceLifetime: String?
    @Option(.sipCertificate) var sipCertificate: [String] = []
    @Option(.sipCertificateKey) var sipCertificateKey: [String] = []
    @Option(.tlsClientCA) var tlsClientCA: String?
    @Option(.sipNameserver) var sipNameserver: [String] = []
    @Option(.sipAuthorities) var sipAuthorities: String?
    @Option(.mediaRelay) var mediaRelay: [String] = []
    @Option(.registrationRate) var registrationRate: String?
    @Option(.registrationBurst) var registrationBurst: String?
    @Option(.registrationRegistrarRate) var registrationRegistrarRate: String?
    @Option(.registrationRegistrarBurst) var registrationRegistrarBurst: String?
    @Option(.trunkProbe) var trunkProbe: String?
    @Option(.sessionTimer) var sessionTimer: String?
    @Option(.natKeepAlive) var natKeepAlive: String?
    @Option(.egressAllow) var egressAllow: [String] = []
    @Option(.banAfter) var banAfter: String?
    @Option(.banWindow) var banWindow: String?
    @Option(.banDuration) var banDuration: String?
    @Option(.limitRate) var limitRate: String?
    @Option(.limitBurst) var limitBurst: String?
    @Option(.addressCheck) var addressCheck: String?
    @Option(.logLevel) var logLevel: String?
    @Option(.logFormat) var logFormat: String?

    package init() {}

    /// What the command line says, by the setting's key.
    var values: [String: [String]] {
        let single: [(Setting, String?)] = [
            (.data, data), (.sealingKey, sealingKey), (.operatorListen, operatorListen),
            (.vendorNames, vendorNames), (.vendorCertificate, vendorCertificate),
            (.vendorCertificateKey, vendorCertificateKey),
            (.sipDurability, sipDurability), (.sipMinimumExpires, sipMinimumExpires),
            (.sipDefaultExpires, sipDefaultExpires), (.sipMaximumExpires, sipMaximumExpires),
            (.sipMaximumContacts, sipMaximumContacts), (.sipContactOverflow, sipContactOverflow),
            (.sipDigest, sipDigest), (.sipNonceLifetime, sipNonceLifetime), (.tlsClientCA, tlsClientCA),
            (.sipAuthorities, sipAuthorities),
            (.registrationRate, registrationRate), (.registrationBurst, registrationBurst),
            (.registrationRegistrarRate, registrationRegistrarRate),
            (.registrationRegistrarBurst, registrationRegistrarBurst), (.trunkProbe, trunkProbe),
            (.sessionTimer, sessionTimer),
            (.natKeepAlive, natKeepAlive), (.banAfter, banAfter),
            (.banWindow, banWindow), (.banDuration, banDuration), (.limitRate, limitRate), (.limitBurst, limitBurst),
            (.addressCheck, addressCheck), (.logLevel, logLevel), (.logFormat, logFormat),
        ]
        let lists: [(Setting, [String])] = [
            (.vendorListen, vendorListen), (.vendorListenTLS, vendorListenTLS), (.sipListen, sipListen),
            (.sipCertificate, sipCertificate), (.sipCertificateKey, sipCertificateKey),
            (.sipNameserver, sipNameserver), (.mediaRelay, mediaRelay), (.egressAllow, egressAllow),
        ]
        var values: [String: [String]] = [:]
        for (setting, value) in single { values[setting.key] = value.map { [$0] } }
        for (setting, texts) in lists where !texts.isEmpty {
            values[setting.key] = texts.flatMap { $0.split(separator: ",").map(String.init) }
        }
        return values
    }

    /// Everything that was said about settings: flags, then environment, then the file.
    package func report(environment: [String: String] = ProcessInfo.processInfo.environment) -> SettingsReport {
        let file = config ?? environment[SettingFile.variable]
        return SettingsReport(SettingSources(flags: values, environment: environment, file: file))
    }
}

extension Option where Value == String? {
    fileprivate init(_ setting: Setting) { self.init(name: setting.name, help: setting.argumentHelp) }
}

extension Option where Value == [String] {
    fileprivate init(wrappedValue: [String], _ setting: Setting) {
        self.init(wrappedValue: wrappedValue, name: setting.name, parsing: .singleValue, help: setting.argumentHelp)
    }
}

extension Setting {
    fileprivate var name: NameSpecification { flag.map { .customLong($0) } ?? .long }

    fileprivate var argumentHelp: ArgumentHelp {
        let standard = fallback.isEmpty ? "" : " (default: \(fallback.joined(separator: ",")))"
        return ArgumentHelp(help + standard, valueName: form)
    }
}
