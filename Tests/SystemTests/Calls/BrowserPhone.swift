import Foundation

/// Chromium without a screen, on a page that is a phone: SIP over WebSocket (RFC 7118) and WebRTC.
final class BrowserPhone: Sendable {
    private let child: ChildProcess

    /// Registers over a socket (`ws://127.0.0.1:5062`); then calls somebody, or waits to be called.
    init(_ line: Line, over socket: String, calling called: String? = nil) throws {
        let folder = try TemporaryDirectory()
        var page = URLComponents()
        (page.scheme, page.host, page.path) = ("file", "", Repository.file("Clients/browser_phone.html"))
        page.queryItems = [
            URLQueryItem(name: "socket", value: socket), URLQueryItem(name: "domain", value: line.domain),
            URLQueryItem(name: "user", value: line.user), URLQueryItem(name: "password", value: line.password),
        ]
        if let called { page.queryItems?.append(URLQueryItem(name: "call", value: called)) }
        child = try ChildProcess(
            try Tool.chromium.path,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio",
                "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                // Everything is on one machine, and the server's certificate is its own.
                "--allow-loopback-in-peer-connection", "--ignore-certificate-errors",
                "--enable-logging=stderr", "--user-data-dir=\(folder.path)/profile", page.string ?? "",
            ], environment: ["HOME": folder.path], in: folder)
    }

    /// What the page reported: `registered 200`, `up`, `media 12 10`.
    private var reports: [String] {
        child.errors.matches(of: /"phone ([^"]*)"/).map { String($0.1) }
    }

    func until(_ report: String) async throws {
        try await Patience.until("\(report); it said \(reports.suffix(20)), \(child.errors.suffix(1500))") {
            reports.contains(report) ? () : nil
        }
    }

    func hasMediaBothWays() async throws { try await hasMedia(beyond: [0, 0]) }

    /// As before, counted from now.
    func hasMoreMedia() async throws { try await hasMedia(beyond: packets) }

    private func hasMedia(beyond before: [Int]) async throws {
        try await Patience.until("media both ways; it said \(reports.suffix(5)), \(child.errors.suffix(1500))") {
            packets.count == 2 && zip(packets, before).allSatisfy { $0 > $1 + 10 } ? () : nil
        }
    }

    /// Received and sent, as reported last.
    private var packets: [Int] {
        reports.last { $0.hasPrefix("media ") }?.split(separator: " ").compactMap { Int($0) } ?? []
    }

    func quit() async throws {
        child.signal(15)
        try await child.end()
    }
}
