/// One setting: its name everywhere, what it may be, and what it is when nobody says.
///
/// `sip.listen` is the flag `--sip-listen`, the variable `DEMARC_SIP_LISTEN`, and `listen` under `sip` in the YAML file.
package struct Setting: Sendable {
    /// What the texts of a setting must be.
    package enum Kind: Sendable, Equatable {
        case text
        case path
        case paths
        case integer(ClosedRange<Int>)
        /// A whole number of seconds.
        case seconds(ClosedRange<Int>)
        case choice([String])
        /// `host:port`, as many as `list` allows.
        case httpAddresses
        case httpAddress
        /// `transport:host:port`, with `=host[:port]` for what others are told.
        case sipAddresses
        /// `address` or `address:port`.
        case nameservers
        /// A network, an address, or `address:port`.
        case networks
    }

    package let key: String
    package let kind: Kind
    /// As it would stand in the file; several for a list, none for "not set".
    package let fallback: [String]
    package let help: String
    /// Shown as `<redacted>`, and never taken from a flag, which other users of the machine can read.
    package let isSecret: Bool

    init(_ key: String, _ kind: Kind, _ fallback: String..., help: String, isSecret: Bool = false) {
        self.key = key
        self.kind = kind
        self.fallback = fallback
        self.help = help
        self.isSecret = isSecret
    }

    package var components: [String] { key.split(separator: ".").map(String.init) }
    package var flag: String? { isSecret ? nil : components.joined(separator: "-") }
    package var variable: String { "DEMARC_" + key.uppercased().replacing(".", with: "_").replacing("-", with: "_") }

    package var isList: Bool {
        switch kind {
        case .paths, .httpAddresses, .sipAddresses, .nameservers, .networks: true
        default: false
        }
    }

    /// What a value looks like, for help and documentation.
    package var form: String {
        switch kind {
        case .text: "text"
        case .path, .paths: "path"
        case .integer(let range): "\(range.lowerBound)-\(range.upperBound)"
        case .seconds(let range): "\(range.lowerBound)-\(range.upperBound) s"
        case .choice(let names): names.joined(separator: "|")
        case .httpAddress, .httpAddresses: "host:port"
        case .sipAddresses: "udp|tcp|tls|ws|wss:host:port[=host[:port]]"
        case .nameservers: "address[:port]"
        case .networks: "address[/mask]|address:port"
        }
    }
}
