import Datagrams

/// A closed loop: a fixed number of requests wait for answers, and each answer makes the next request.
struct Load {
    /// Counted since the caller last replaced it.
    var tally = Tally()

    private var phones: Phones
    private var walk: Walk
    private var job: Job
    private var writer: RegisterWriter
    private let sockets: [DatagramSocket]
    private var transactions: [Transaction]
    private var waiting = 0
    private var outbox = Outbox()
    private var incoming = [UInt8](repeating: 0, count: DatagramSocket.datagramSize * DatagramSocket.batch)
    private var lengths = [UInt32](repeating: 0, count: DatagramSocket.batch)
    private var contact: [UInt8] = []

    /// A request on its way. Transaction i belongs to socket i % sockets.
    private struct Transaction {
        /// Nil while there is nothing to do.
        var user: Int?
        var isAuthenticated = false
        /// Grows with every request, so that late answers are known.
        var sequence: UInt32 = 0
        var firstSent: UInt64 = 0
        var lastSent: UInt64 = 0
        var retransmissions = 0
    }

    /// How long to let answers gather. Waiting for the sockets instead would wake the load for every answer of a server
    /// that sends them singly: that costs both sides more than the answers themselves, and no network behaves so.
    private static let tick = Clock.nanoseconds(0.0002)
    /// SIP's T1 (RFC 3261 section 17.1.1.1), not doubled: a lost datagram should cost the closed loop little.
    private static let retransmitAfter = Clock.nanoseconds(0.5)
    private static let retransmissionsAtMost = 7

    init(server: Endpoint, sockets: Int, inFlight: Int, job: Job, phones: Phones) throws(SocketFailure) {
        self.phones = phones
        self.job = job
        walk = Walk(count: phones.states.count)
        writer = RegisterWriter(domain: phones.domain, run: phones.run)
        var opened: [DatagramSocket] = []
        for _ in 0..<sockets { opened.append(try DatagramSocket(to: server)) }
        self.sockets = opened
        Clock.sleepExactly()
        transactions = Array(repeating: Transaction(), count: inFlight)
    }

    /// Registers every user once with a full exchange, so that each has a nonce.
    mutating func authenticateAll(within seconds: Double) throws(SocketFailure) {
        let wanted = job
        job = .registerOnce
        try work(for: seconds)
        job = wanted
    }

    /// Works for a number of seconds, or until the job has nothing left to do.
    mutating func work(for seconds: Double) throws(SocketFailure) {
        let deadline = Clock.now() + Clock.nanoseconds(seconds)
        try startIdle()
        var nextSweep = Clock.now()
        while waiting > 0 {
            Clock.sleep(Self.tick)
            let now = Clock.now()
            if now >= deadline { return }
            for socket in sockets.indices { try answer(on: socket) }
            if now >= nextSweep {
                try retransmit(at: now)
                nextSweep = now + Self.retransmitAfter / 10
            }
        }
    }

    /// Gives every idle transaction something to do.
    private mutating func startIdle() throws(SocketFailure) {
        let now = Clock.now()
        for socket in sockets.indices {
            for index in stride(from: socket, to: transactions.count, by: sockets.count)
            where transactions[index].user == nil {
                startNext(index, at: now)
            }
            try sockets[socket].send(&outbox)
        }
    }

    /// Reads one batch from a socket and sends what follows from it.
    private mutating func answer(on socket: Int) throws(SocketFailure) {
        let count = try sockets[socket].receive(into: &incoming, lengths: &lengths)
        let now = Clock.now()
        // Copies the reference only, so that the bytes can be read while the load changes.
        let bytes = incoming
        for datagram in 0..<count {
            let start = datagram * DatagramSocket.datagramSize
            handle(bytes.span.extracting(start..<start + Int(lengths[datagram])), at: now)
        }
        try sockets[socket].send(&outbox)
    }

    private mutating func handle(_ bytes: Span<UInt8>, at now: UInt64) {
        guard let answer = Answer(bytes), answer.transaction < transactions.count else { return tally.unexpected += 1 }
        let index = Int(answer.transaction)
        guard let user = transactions[index].user, transactions[index].sequence == answer.sequence else {
            return tally.late += 1
        }
        if answer.status < 200 { return }
        tally.note(status: answer.status, after: now - transactions[index].firstSent)
        switch answer.status {
        case 401:
            if takeChallenge(answer, bytes, user: user, wasAuthenticated: transactions[index].isAuthenticated) {
                return send(index, user: user, isAuthenticated: true, at: now)
            }
            tally.unexpected += 1
        case 200:
            if transactions[index].isAuthenticated, holdsOwnContact(answer, bytes, user: user) {
                tally.registrations += 1
            } else {
                tally.unexpected += 1
            }
        default:
            tally.unexpected += 1
        }
        startNext(index, at: now)
    }

    /// Remembers the challenge; false when it cannot be answered, or says that the answer given was wrong.
    private mutating func takeChallenge(
        _ answer: Answer, _ bytes: Span<UInt8>, user: Int, wasAuthenticated: Bool
    ) -> Bool {
        guard let challenge = answer.challenge, bytes.bytes(in: challenge.realm).elementsEqual(phones.domain.utf8)
        else { return false }
        if wasAuthenticated {
            guard challenge.isStale else { return false }
            tally.stale += 1
        }
        phones[user].nonce = bytes.bytes(in: challenge.nonce)
        phones[user].opaque = challenge.opaque.isEmpty ? [] : bytes.bytes(in: challenge.opaque)
        phones[user].nonceCount = 0
        return true
    }

    private mutating func holdsOwnContact(_ answer: Answer, _ bytes: Span<UInt8>, user: Int) -> Bool {
        guard let contacts = answer.contacts else { return false }
        contact.removeAll(keepingCapacity: true)
        RegisterWriter.appendContact(of: user, to: &contact)
        return bytes.contains(contact, in: contacts)
    }

    /// Takes the next user, if the job has one.
    private mutating func startNext(_ index: Int, at now: UInt64) {
        if let user = transactions[index].user {
            waiting -= 1
            phones[user].isWaiting = false
        }
        transactions[index].user = nil
        if job == .registerOnce, walk.steps == walk.count { return }
        var user = walk.next()
        // With few users one may come round before it was answered: a phone does not overtake itself.
        while phones[user].isWaiting { user = walk.next() }
        phones[user].isWaiting = true
        waiting += 1
        send(index, user: user, isAuthenticated: job == .refresh && !phones[user].nonce.isEmpty, at: now)
    }

    private mutating func send(_ index: Int, user: Int, isAuthenticated: Bool, at now: UInt64) {
        phones[user].cseq += 1
        if isAuthenticated { phones[user].nonceCount += 1 }
        let sequence = transactions[index].sequence &+ 1
        transactions[index] = Transaction(
            user: user, isAuthenticated: isAuthenticated, sequence: sequence, firstSent: now, lastSent: now)
        write(index, user: user)
    }

    /// Puts the transaction's request in the outbox; the same bytes however often it is called.
    private mutating func write(_ index: Int, user: Int) {
        let request = RegisterWriter.Request(
            user: user, cseq: phones[user].cseq, transaction: UInt32(index), sequence: transactions[index].sequence)
        let start = outbox.bytes.count
        if transactions[index].isAuthenticated {
            writer.appendAuthenticated(request, phone: phones[user], ha1: phones.ha1(of: user), to: &outbox.bytes)
        } else {
            writer.appendFirst(request, to: &outbox.bytes)
        }
        outbox.close(from: start)
    }

    /// Sends again what has waited too long, and gives up what was sent too often.
    private mutating func retransmit(at now: UInt64) throws(SocketFailure) {
        for socket in sockets.indices {
            for index in stride(from: socket, to: transactions.count, by: sockets.count) {
                guard let user = transactions[index].user, now > transactions[index].lastSent,
                    now - transactions[index].lastSent > Self.retransmitAfter
                else { continue }
                guard transactions[index].retransmissions < Self.retransmissionsAtMost else {
                    tally.lost += 1
                    startNext(index, at: now)
                    continue
                }
                transactions[index].retransmissions += 1
                transactions[index].lastSent = now
                tally.retransmissions += 1
                write(index, user: user)
            }
            try sockets[socket].send(&outbox)
        }
    }
}
