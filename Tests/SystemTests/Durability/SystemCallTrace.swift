import Foundation

/// What `strace -f -y` saw of files and answers, in the order in which it happened.
struct SystemCallTrace {
    /// An answer to a client, and whether what was written before it was synced before it.
    struct Answer: Equatable {
        let start: Substring
        /// By the file's name: it was written to since the answer before, and all of that was synced.
        var synced: Set<String> = []
        /// It was written to since the answer before, and not all of that was synced.
        var unsynced: Set<String> = []
    }

    /// Answers whose first bytes were looked for.
    private(set) var answers: [Answer] = []
    private var lastWrite: [String: Int] = [:]
    /// Where the latest finished sync of a file began.
    private var lastSync: [String: Int] = [:]
    private var unfinished: [Substring: (file: String, began: Int)] = [:]
    private var answeredAt = 0

    /// The calls that `strace` must be asked for.
    static let calls = "trace=pwrite64,write,writev,fsync,fdatasync,sendmmsg,sendmsg,sendto"

    /// Reads a trace and keeps the answers that begin with one of `starts`.
    init(_ text: String, answersBeginningWith starts: [String]) {
        for (number, line) in text.split(separator: "\n").enumerated() {
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard parts.count == 2 else { continue }
            read(parts[1].drop { $0 == " " }, of: parts[0], number + 1, starts)
        }
    }

    private mutating func read(_ call: Substring, of thread: Substring, _ number: Int, _ starts: [String]) {
        if call.contains(/^<\.\.\. (?:fsync|fdatasync) resumed>.*= 0$/) {
            if let sync = unfinished.removeValue(forKey: thread) { lastSync[sync.file] = sync.began }
        } else if let sync = call.firstMatch(of: /^(?:fsync|fdatasync)\([0-9]+<([^>]*)>/) {
            let file = URL(filePath: String(sync.1)).lastPathComponent
            if call.hasSuffix("= 0") {
                lastSync[file] = number
            } else {
                unfinished[thread] = (file, number)
            }
        } else if let start = starts.first(where: { call.contains("\"\($0)") }) {
            answer(start[...], number)
        } else if let write = call.firstMatch(of: /^(?:pwrite64|write|writev)\([0-9]+<(\/[^>]*)>/) {
            lastWrite[URL(filePath: String(write.1)).lastPathComponent] = number
        }
    }

    private mutating func answer(_ start: Substring, _ number: Int) {
        var answer = Answer(start: start)
        for (file, written) in lastWrite where written > answeredAt {
            if let synced = lastSync[file], synced > written {
                answer.synced.insert(file)
            } else {
                answer.unsynced.insert(file)
            }
        }
        answers.append(answer)
        answeredAt = number
    }
}
