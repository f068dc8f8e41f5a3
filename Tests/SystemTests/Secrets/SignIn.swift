import Foundation

/// What signs the account of the first start in to every dialect, put into requests where they ask for it.
struct SignIn: Sendable {
    let port: UInt16
    private let places: [(name: String, text: String)]

    /// - Parameter token: of SignalWire's API.
    init(_ account: BandwidthAccount, project: String, token: String, apiKey: String) {
        port = account.port
        let basic = Data("\(project):\(token)".utf8).base64EncodedString()
        places = [
            ("{enswitch}", "auth_username=\(account.user)&auth_password=\(account.password)"),
            ("{voximplant}", "account_id=\(account.id)&api_key=\(apiKey)"),
            ("{signalwire}", "Authorization: Basic \(basic)"),
        ]
    }

    /// One request on a connection of its own; a line is a method and a path.
    func send(_ line: String, headers: [String] = [], body: String? = nil, secret: String = "") async throws
        -> HTTPConnection.Answer
    {
        func place(_ text: String) -> String {
            (places + [("{secret}", secret)]).reduce(text) { $0.replacing($1.name, with: $1.text) }
        }
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        let (path, headers, body) = (place(parts[1]), headers.map(place), body.map(place))
        return try await onThread {
            var connection = try HTTPConnection(to: port)
            return try connection.send(parts[0], path, headers: headers, body: body)
        }
    }
}
