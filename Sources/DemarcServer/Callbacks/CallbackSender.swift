import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import Provisioning
import SIPEdge
import SIPEngine
import SIPTransport
import VoximplantAPI

/// Brings a parcel to its account's server.
protocol CallbackSending: Sendable {
    /// Why it was not taken; `nil` where it was.
    func send(_ parcel: CallbackParcel) async -> String?
}

/// Posts parcels over HTTP and HTTPS to addresses that the egress policy allows.
///
/// A name is looked up here, each of its addresses is checked, and the connection goes to the one that was checked: the
/// HTTP client never asks the DNS itself, so that a name that changes in between leads nowhere else. HTTPS verifies the
/// name all the same. Redirects are not followed, and of the answer only the status is read.
struct CallbackSender: CallbackSending {
    private let egress: EgressPolicy
    private let resolver: TargetResolver
    private let tls: TLSConfiguration
    private let patience: TimeAmount

    /// - Parameters:
    ///   - authorities: a PEM file of those that are trusted beside the system's.
    ///   - patience: how long connecting, sending and the answer may take together.
    init(
        egress: EgressPolicy, resolver: TargetResolver, authorities: String? = nil, patience: TimeAmount = .seconds(15)
    ) {
        self.egress = egress
        self.resolver = resolver
        self.patience = patience
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let authorities { tls.additionalTrustRoots = [.file(authorities)] }
        self.tls = tls
    }

    init(_ settings: ServerSettings) {
        let servers = settings.sip.nameservers.map {
            SourceAddress(high: $0.address.high, low: $0.address.low, port: $0.port, transport: .udp)
        }
        self.init(
            egress: EgressPolicy(settings),
            resolver: TargetResolver(
                dns: DNSClient(DNSClient.Settings(servers: servers), group: HTTPClient.defaultEventLoopGroup),
                reach: Reach(transports: [.tcp]), clock: .system(), capacity: 4096),
            authorities: settings.sip.authorities)
    }

    func send(_ parcel: CallbackParcel) async -> String? {
        guard let url = parcel.url else { return "the callback URL cannot be called" }
        switch await address(of: url, attempt: parcel.callbacks.first?.attempts ?? 0) {
        case .failure(let fault): return fault.reason
        case .success(let address): return await post(CallbackWire.body(of: parcel), to: url, at: address)
        }
    }

    /// One of the allowed addresses, another one with each attempt.
    private func address(of url: CallbackURL, attempt: Int) async -> Result<IPAddress, Unreachable> {
        guard let hop = NextHop(url) else { return .failure(Unreachable("\(url.host) is no host")) }
        let found = await withCheckedContinuation { continuation in
            resolver.resolve(hop) { continuation.resume(returning: $0) }
        }
        guard case .success(let targets) = found, !targets.isEmpty else {
            return .failure(Unreachable("\(url.host) has no address"))
        }
        let addresses = targets.map { IPAddress(high: $0.address.high, low: $0.address.low) }
        let allowed = addresses.filter { egress.refusal(of: $0, port: url.port) == nil }
        guard !allowed.isEmpty else {
            let refusal = egress.refusal(of: addresses[0], port: url.port)
            return .failure(Unreachable("\(addresses[0]) may not be called: \(refusal?.rawValue ?? "")"))
        }
        return .success(allowed[attempt % allowed.count])
    }

    private struct Unreachable: Error {
        let reason: String

        init(_ reason: String) { self.reason = reason }
    }

    private func post(_ body: String, to url: CallbackURL, at address: IPAddress) async -> String? {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration(url, address))
        var request = HTTPClientRequest(url: url.text)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "Demarc/\(Version.current)")
        request.body = .bytes(ByteBuffer(string: body))
        var failure: String?
        do {
            let status = try await client.execute(request, timeout: patience).status.code
            if !(200..<300).contains(status) { failure = "answered \(status)" }
        } catch {
            failure = "\(error)"
        }
        try? await client.shutdown()
        return failure.map { String($0.unicodeScalars.prefix(Self.reasonLimit)) }
    }

    private static let reasonLimit = 200

    private func configuration(_ url: CallbackURL, _ address: IPAddress) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: min(.seconds(5), patience), read: patience))
        configuration.dnsOverride = [url.host: address.description]
        configuration.httpVersion = .http1Only
        if url.isSecure, IPAddress(url.host) == nil {
            configuration.http1_1ConnectionDebugInitializer = { CertificateName.verify(url.host, on: $0) }
        }
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }
}

extension NextHop {
    /// With its port, so that only addresses are looked for (RFC 3263 section 4.2).
    fileprivate init?(_ url: CallbackURL) {
        guard let host = Host(url.host) else { return nil }
        self.init(host: host, port: url.port, transport: .tcp)
    }
}
