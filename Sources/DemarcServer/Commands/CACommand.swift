import ArgumentParser
import Foundation

struct CACommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ca",
        abstract: "The authority behind HTTPS, for clients that are to know it.",
        discussion: """
            demarc ca show
            demarc ca show --data /var/lib/demarc
            """,
        subcommands: [Show.self])
}

extension CACommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the certificate of the authority, in PEM.",
            discussion: """
                demarc ca show
                demarc ca show --data /var/lib/demarc --json
                """)
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let path = CertificateAuthority.path(in: connection.directory)
            guard let pem = FileManager.default.contents(atPath: path) else {
                throw CommandError(
                    .refused, "There is no authority in \(path): start with --vendor-listen-tls and no certificate.")
            }
            let text = String(decoding: pem, as: UTF8.self).trimmingCharacters(in: .newlines)
            try connection.show(["certificate": text, "file": path]) { text }
        }
    }
}
