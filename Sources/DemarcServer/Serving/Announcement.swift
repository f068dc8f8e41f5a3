import Foundation
import Logging
import OperatorAPI
import Provisioning
import ServiceLifecycle

/// Says where the server is, once everything listens: in the data directory for the `demarc` command, and on standard output.
struct Announcement: Service, CustomStringConvertible {
    let server: Server
    let board: ListenerBoard
    let token: Secret<String>

    /// The log of the service group prints its services: their names, and nothing that they hold.
    var description: String { "announcement" }

    func run() async throws {
        await cancelWhenGracefulShutdown { await board.waitUntilBound() }
        guard !Task.isCancelled, !Task.isShuttingDownGracefully, let url = board.urls(of: .operator).first else {
            return
        }
        let file = OperatorFile(
            url: Self.reachable(url), token: token.reveal(), process: ProcessInfo.processInfo.processIdentifier)
        let first = try await FirstStart.perform(server.useCases)
        try file.write(in: server.settings.dataDirectory)
        server.terminal.print(text(first))
        try? await gracefulShutdown()
        OperatorFile.remove(in: server.settings.dataDirectory)
    }

    private func text(_ first: FirstStart?) -> String {
        let vendor = board.urls(of: .vendor).map(Self.reachable)
        var lines = ["Demarc \(Version.current) is running. Stop it with Ctrl-C.", ""]
        lines += vendor.map { "  Bandwidth API   \($0)/api/accounts/ID" }
        lines += vendor.map { "  Enswitch API    \($0)/api/json/" }
        lines += vendor.map { "  Voximplant API  \($0)/platform_api   (keys: \(Self.command) key create)" }
        lines += vendor.map { "  SignalWire API  \($0)/api/fabric" }
        lines += board.urls(of: .operator).map(Self.reachable).map {
            "  Console         \($0)/   (user operator, password: the token in "
                + "\(OperatorFile.path(in: server.settings.dataDirectory)))"
        }
        lines.append("  SIP             \(server.edge.listeners().joined(separator: "  "))")
        lines.append("  Data            \(server.settings.dataDirectory)")
        if let first { lines += ["", introduction(first, url: vendor.first ?? "http://127.0.0.1:8080")] }
        return lines.joined(separator: "\n") + "\n"
    }

    private func introduction(_ first: FirstStart, url: String) -> String {
        let account = "\(url)/api/accounts/\(first.account.id)"
        let phone = first.phone
        let data = server.settings.dataDirectory
        let tokens = first.tokens.map {
            "                  token for \($0.token.contract.rawValue): \($0.secret.reveal())\n"
        }.joined()
        let list = data == Setting.data.fallback.first ? "" : " --data \(data)"
        return """
            This is the first start. What follows is shown once:

              Account         \(first.account.id) "\(first.account.name)", SIP domain \(first.domain.name)
              Bandwidth       user \(first.caller), password \(first.password.reveal())
              Enswitch        auth_username=\(first.caller);auth_password=\(first.password.reveal())
              SignalWire      project \(first.account.project)
            \(tokens)
            Three commands to try, in another terminal:

              1. Make a credential as a Bandwidth client would:
                 curl -u '\(first.caller):\(first.password.reveal())' -H 'Content-Type: application/xml' \\
                   -d '<SipCredentials><SipCredential><UserName>\(phone.userName)</UserName>\
            <Hash1>\(phone.hash1)</Hash1><Hash1b>\(phone.hash1b)</Hash1b></SipCredential></SipCredentials>' \\
                   \(account)/sipcredentials
              2. Register a phone with it (Debian: apt install sipsak):
                 sipsak -U -i -s sip:\(phone.userName)@127.0.0.1:\(sipPort) -u \(phone.userName) \
            -a \(phone.password.reveal()) -x 300
              3. See it:
                 \(Self.command) bindings list\(list)
            """
    }

    /// As it was called, so that the printed command works where `demarc` is on no path.
    private static var command: String { CommandLine.arguments.first ?? "demarc" }

    private var sipPort: Int {
        server.edge.listeners().lazy.compactMap { Int($0.split(separator: ":").last ?? "") }.first ?? 5060
    }

    /// A listener on every address is reached by this machine's own.
    private static func reachable(_ url: String) -> String {
        url.replacing("//[::]:", with: "//127.0.0.1:").replacing("//0.0.0.0:", with: "//127.0.0.1:")
    }
}
