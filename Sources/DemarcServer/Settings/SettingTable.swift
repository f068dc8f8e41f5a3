import DialectKit

/// Every setting there is, in the order in which help and documentation show them.
extension Setting {
    package static let all: [Setting] = [
        data, sealingKey, vendorListen, vendorListenTLS, vendorNames, vendorCertificate, vendorCertificateKey,
        operatorListen, operatorToken, sipListen, sipDurability, sipMinimumExpires,
        sipDefaultExpires, sipMaximumExpires, sipMaximumContacts, sipContactOverflow, sipDigest, sipNonceLifetime,
        sipCertificate,
        sipCertificateKey, tlsClientCA, sipNameserver, sipAuthorities, mediaRelay, registrationRate, registrationBurst,
        registrationRegistrarRate, registrationRegistrarBurst, trunkProbe, sessionTimer,
        natKeepAlive, egressAllow, banAfter, banWindow, banDuration, limitRate,
        limitBurst, addressCheck, logLevel, logFormat,
    ]

    static let data = Setting(
        "data", .path, "./demarc-data", help: "The one directory that holds everything Demarc keeps.")
    static let sealingKey = Setting(
        "sealing-key", .path,
        help: "The file with the key that seals kept passwords; sealing.key in the data directory when not set.")

    static let vendorListen = Setting(
        "vendor.listen", .httpAddresses, "*:8080",
        help: "Where the vendors' APIs are served. `*` is every IPv6 and IPv4 address of the machine.")
    static let vendorListenTLS = Setting(
        "vendor.listen-tls", .httpAddresses,
        help: "Where the vendors' APIs are served over HTTPS; nowhere when not set.")
    static let vendorNames = Setting(
        "vendor.names", .text,
        help:
            "Host names and addresses, with commas between, that the certificate of HTTPS is for beside this machine's."
    )
    static let vendorCertificate = Setting(
        "vendor.certificate", .path,
        help: "The certificate of HTTPS with its chain, in PEM; one of Demarc's own (`demarc ca show`) when not set.")
    static let vendorCertificateKey = Setting(
        "vendor.certificate-key", .path, help: "The key of that certificate, in PEM.")
    static let operatorListen = Setting(
        "operator.listen", .httpAddress, "127.0.0.1:8081", help: "Where the console, /v1 and /metrics are served.")
    static let operatorToken = Setting(
        "operator.token", .text,
        help: "The operator's token, at least 20 characters; a new one at each start when not set.",
        isSecret: true)

    static let sipListen = Setting(
        "sip.listen", .sipAddresses, "udp:*:5060", "tcp:*:5060",
        help: "Where SIP is listened for; after `=` the address that others are told.")
    static let sipDurability = Setting(
        "sip.durability", .choice(["journal", "memory"]), "journal",
        help: "Whether a binding is on disk before its 200 is sent.")
    static let sipMinimumExpires = Setting(
        "sip.minimum-expires", .seconds(1...86_400), "60", help: "Shorter registrations are refused with 423.")
    static let sipDefaultExpires = Setting(
        "sip.default-expires", .seconds(1...86_400), "3600", help: "For registrations that name no time.")
    static let sipMaximumExpires = Setting(
        "sip.maximum-expires", .seconds(1...86_400), "7200", help: "Longer registrations are shortened to this.")
    static let sipMaximumContacts = Setting(
        "sip.maximum-contacts", .integer(1...1000), "10", help: "Contacts that one user may have at the same time.")
    static let sipContactOverflow = Setting(
        "sip.contact-overflow", .choice(["replace-oldest", "refuse"]), "replace-oldest",
        help: "What happens to one contact too many.")
    static let sipDigest = Setting(
        "sip.digest", .choice(["sha-256", "md5"]), "sha-256",
        help:
            "The best that phones are challenged with, where the password or its hash allows it; `md5` for phones that give up "
            + "when another algorithm stands beside it.")
    static let sipNonceLifetime = Setting(
        "sip.nonce-lifetime", .seconds(10...86_400), "300", help: "How long a digest challenge can be answered.")

    static let sipCertificate = Setting(
        "sip.certificate", .paths,
        help:
            "The certificate of SIP over TLS with its chain, in PEM, read again each minute and on SIGHUP; of several, the one "
            + "that is for the name that was called, or the first; one of Demarc's own (`demarc ca show`) when not set."
    )
    static let sipCertificateKey = Setting(
        "sip.certificate-key", .paths, help: "The key of that certificate, in PEM; of several, in the same order.")
    static let tlsClientCA = Setting(
        "tls.client-ca", .path,
        help:
            "Authorities, in PEM, that sign the certificates of those who call over TLS: one that shows another is turned away, "
            + "and one that shows none is not.")
    static let sipNameserver = Setting(
        "sip.nameserver", .nameservers, help: "Who is asked for names that SIP goes to; the system's when not set.")
    static let sipAuthorities = Setting(
        "sip.authorities", .path,
        help: "Authorities, in PEM, whose certificates we trust when we call over TLS, beside the system's.")

    static let mediaRelay = Setting(
        "media.relay", .relays,
        help: "Media relays (rtpengine), by where each listens for commands (`listen-ng`); "
            + "without one, calls that need it are refused.")

    static let registrationRate = Setting(
        "registration.rate", .integer(0...1_000_000), "1000",
        help:
            "REGISTERs a second to all registrars together, retransmissions and answers to challenges aside; 0 is no limit."
    )
    static let registrationBurst = Setting(
        "registration.burst", .integer(1...1_000_000), "100", help: "How many of them may leave at once after a pause.")
    static let registrationRegistrarRate = Setting(
        "registration.registrar-rate", .integer(0...1_000_000), "50",
        help: "REGISTERs a second to one address; 0 is no limit.")
    static let registrationRegistrarBurst = Setting(
        "registration.registrar-burst", .integer(1...1_000_000), "50",
        help: "How many of them may leave at once after a pause.")

    static let trunkProbe = Setting(
        "trunk.probe", .seconds(0...3600), "30",
        help:
            "From one OPTIONS to the next to each host that calls are sent to, so that none goes to one that is down; "
            + "0 asks nobody.")

    static let sessionTimer = Setting(
        "session-timer", .seconds(0...86_400), "1800",
        help: "Within how long each end of a call must show that it is still there, where it knows RFC 4028; "
            + "0 asks nobody, and less than 90 is not allowed.")

    static let natKeepAlive = Setting(
        "nat-keep-alive", .seconds(0...600), "25",
        help:
            "Within how long each phone behind a NAT that registered over UDP is sent four bytes, so that calls find the way to it; "
            + "0 sends none.")

    static let egressAllow = Setting(
        "egress.allow", .networks,
        help: "What may be called for a tenant although it is loopback, link-local or otherwise this machine's own; "
            + "our own listeners only as `address:port`.")

    static let banAfter = Setting(
        "ban.after", .integer(1...1_000_000), "20", help: "Failed sign-ins after which a SIP source gets silence.")
    static let banWindow = Setting(
        "ban.window", .seconds(1...86_400), "60", help: "The time within which failures are counted.")
    static let banDuration = Setting("ban.duration", .seconds(1...2_592_000), "600", help: "How long a ban lasts.")

    static let limitRate = Setting(
        "limit.rate", .integer(1...1_000_000), "\(RequestRate.standard.count)",
        help: "Requests a second that one caller of an API may make, over time.")
    static let limitBurst = Setting(
        "limit.burst", .integer(1...10_000_000), "\(RequestRate.standard.burst)",
        help: "Requests that one caller may make at once, above that rate.")

    static let addressCheck = Setting(
        "address-check", .text, "embedded", help: "Who says whether a civic address exists: `embedded`, or an HTTP URL."
    )
    static let logLevel = Setting(
        "log.level", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]), "info",
        help: "The least important messages that are logged.")
    static let logFormat = Setting(
        "log.format", .choice(["text", "json"]), "text",
        help: "How standard error is written: lines to read, or JSON lines.")
}
