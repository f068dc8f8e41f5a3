import Foundation

/// Where things lie: the repository, what was built of it, and the fixtures that other tests share.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// The `demarc` that was built beside these tests, or the one that `DEMARC` names.
    static let demarc: String = {
        if let chosen = ProcessInfo.processInfo.environment["DEMARC"] { return chosen }
        let running = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: running).deletingLastPathComponent().appending(path: "demarc").path
    }()

    /// A sample of Bandwidth's pages, as it stands in the fixtures of the dialect.
    static func sample(_ name: String) throws -> String {
        try String(contentsOfFile: "\(root)/Tests/BandwidthAPITests/Fixtures/\(name).xml", encoding: .utf8)
    }

    /// A file beside these tests.
    static func file(_ path: String) -> String { "\(root)/Tests/SystemTests/\(path)" }
}

/// A program that the tests need and did not bring: a missing one fails the test, with the way to install it.
enum Tool: String {
    case baresip, cc, chromium, curl, kamailio, linphonec, rtpengine, sipp, sipsak, strace

    var path: String {
        get throws {
            // Servers lie where not everybody looks.
            let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin"
            for folder in folders.split(separator: ":") {
                let path = "\(folder)/\(rawValue)"
                if FileManager.default.isExecutableFile(atPath: path) { return path }
            }
            throw Missing(what: rawValue)
        }
    }

    /// The Python that has `pjsua2` and Bandwidth's SDK, which no Debian package brings.
    static var python: String {
        get throws {
            let path = "\(Repository.root)/.cache/venv/bin/python"
            guard FileManager.default.isExecutableFile(atPath: path) else {
                throw Missing(what: "Python in .cache/venv")
            }
            return path
        }
    }

    struct Missing: Error, CustomStringConvertible {
        let what: String

        var description: String { "\(what) is not installed; run: Scripts/install-test-tools" }
    }
}
