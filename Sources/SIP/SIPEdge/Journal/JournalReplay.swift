import Logging
import SIPEngine
import SIPTransport
import Synchronization

extension Journal {
    /// Reads what the file holds, oldest record first, its times on the journal's own clock, and cuts off an unfinished
    /// end. Call before `start`.
    func replay(_ body: (JournalFrame<Content>) -> Void) throws {
        JournalFile.remove(path + ".new")
        var file = try JournalFile(path)
        // A process that was killed may have left a name, or records, that no sync followed.
        try file.sync()
        try file.syncName()
        let head = try file.read(at: 0, count: Content.magic.count)
        if head.count < Content.magic.count, Content.magic.starts(with: head) {
            // New, or cut off while it was made.
            try file.truncate(to: 0)
            let magic = Content.magic
            try file.append(magic.span)
            try file.sync()
            return fileSize.store(file.size, ordering: .relaxed)
        }
        isOutdated.store(head == Content.outdatedMagic, ordering: .relaxed)
        guard head == Content.magic || head == Content.outdatedMagic else {
            throw JournalFile.Failure(operation: "\(path) is no journal of \(Content.noun)", code: 0)
        }
        let end = try read(file, body)
        if end < file.size {
            logger.warning("journal ends in an unfinished record", metadata: ["bytes": "\(file.size - end)"])
            try file.truncate(to: end)
            try file.sync()
        }
        fileSize.store(file.size, ordering: .relaxed)
    }

    /// Returns where the last sound record ends.
    private func read(_ file: borrowing JournalFile, _ body: (JournalFrame<Content>) -> Void) throws(JournalFile
        .Failure)
        -> UInt64
    {
        var start = UInt64(Content.magic.count)
        var chunk = 4 << 20
        var behind: Int64 = 0
        while true {
            let bytes = try file.read(at: start, count: chunk)
            var offset = 0
            while let (read, next) = JournalFrame<Content>.read(bytes, at: offset) {
                var record = read
                if let written = record.anchor {
                    behind = anchor?.seconds(after: written) ?? 0
                } else {
                    if behind != 0 { record.set.move(by: behind) }
                    body(record)
                }
                offset = next
            }
            start += UInt64(offset)
            if bytes.count < chunk { return start }
            // A whole chunk without a sound record is damage; a record never is longer than `longest`.
            guard offset > 0 else { return start }
            chunk = max(chunk, JournalFrame<Content>.longest * 4)
        }
    }
}
