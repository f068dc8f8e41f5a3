import Foundation

/// The committed inputs of a target, in the order of their names.
struct Corpus {
    let inputs: [[UInt8]]
    var bytes: Int { inputs.reduce(0) { $0 + $1.count } }

    init(of target: FuzzTarget) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Corpus/\(target.rawValue)")
        inputs = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            Array(try Data(contentsOf: folder.appending(path: name)))
        }
    }
}
