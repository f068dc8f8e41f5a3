import ArgumentParser
import OperatorAPI

struct SecretCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret",
        abstract: "What is kept sealed: passwords that carriers and registrars ask us for, salts of callbacks.",
        discussion: """
            demarc secret rotate
            demarc secret rotate --json
            """,
        subcommands: [Rotate.self])
}

extension SecretCommand {
    struct Rotate: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Seal every secret under a new key, while the server goes on, and forget the old key.",
            discussion: """
                demarc secret rotate
                demarc secret rotate --data /var/lib/demarc --json
                """)
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let path = OperatorClient.path("secrets", "rotation")
            var progress = try await client.send(.post, path, body: nil, as: OperatorWire.Rotation.self)
            while !progress.done {
                Terminal.current.warn("\(progress.resealed) of \(progress.total) secrets are sealed anew.")
                progress = try await client.send(.put, path, body: nil, as: OperatorWire.Rotation.self)
            }
            try show(progress) { progress.lines }
        }
    }
}

extension OperatorWire.Rotation {
    fileprivate var lines: String {
        let damaged = unreadable > 0 ? "\n\(unreadable) were sealed under a key that is lost: set them anew." : ""
        return """
            \(total) secrets are sealed under a new key; the old key is gone from the key file.
            Copy the key file anew. A backup of the data from before needs the key file from before.\(damaged)
            """
    }
}
