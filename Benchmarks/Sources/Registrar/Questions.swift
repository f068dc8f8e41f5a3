import Datagrams

/// Lines that come in, each answered with one line of `name value` pairs; nothing for what is no question.
struct Questions {
    private var waiting: [UInt8] = []

    /// Takes what was read and answers each whole line of it.
    mutating func take(_ bytes: some Sequence<UInt8>, _ registrar: inout Registrar, at now: UInt64) -> String {
        waiting += bytes
        var answers = ""
        while let end = waiting.firstIndex(of: UInt8(ascii: "\n")) {
            let words = String(decoding: waiting[..<end], as: UTF8.self).split(separator: " ")
            waiting.removeFirst(end + 1)
            answers += Self.answer(words, &registrar, at: now) + "\n"
        }
        return answers
    }

    private static func answer(_ words: [Substring], _ registrar: inout Registrar, at now: UInt64) -> String {
        switch (words.first, words.dropFirst().first.flatMap { Int($0) }) {
        case ("totals", nil): return totals(registrar.bindings, at: now)
        case ("mark", nil): registrar.mark(at: now)
        case ("lease", let seconds?) where seconds > 0: registrar.lease = UInt32(clamping: seconds)
        case ("refreshes", nil):
            return "refreshes " + registrar.bindings.recent.refreshes.map(String.init).joined(separator: ",")
        case ("user", let number?): return user(number, registrar.bindings)
        default: return ""
        }
        return "done 1"
    }

    private static func totals(_ bindings: Bindings, at now: UInt64) -> String {
        let (all, recent) = (bindings.totals, bindings.recent)
        return line([
            ("live", bindings.live(at: now)), ("requests", all.requests), ("repeated", all.repeated),
            ("challenges", all.challenges), ("stale", all.stale), ("refused", all.refused), ("grants", all.grants),
            ("releases", all.releases), ("lapsed", all.lapsed), ("unwanted", all.unwanted),
            ("first_at", Int(all.firstAt)), ("grown_at", Int(all.grownAt)), ("now", Int(now)),
            ("recent_requests", recent.requests), ("recent_users", recent.users),
        ])
    }

    private static func user(_ number: Int, _ bindings: Bindings) -> String {
        guard bindings.users.indices.contains(number) else { return line([("requests", 0), ("grants", 0)]) }
        let user = bindings.users[number]
        return line([
            ("requests", Int(user.requests)), ("grants", Int(user.grants)), ("releases", Int(user.releases)),
            ("answered_at", Int(user.answeredAt)),
        ])
    }

    private static func line(_ figures: [(String, Int)]) -> String {
        figures.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }
}
