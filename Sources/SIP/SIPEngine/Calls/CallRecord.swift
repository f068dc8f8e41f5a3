import SIPMessage

/// What a call keeps over a crash: enough of both dialogs to say goodbye at both ends, and to know a BYE from either.
package struct CallRecord: Sendable, Equatable {
    package var id: UInt64
    package var caller: End
    package var callee: End

    package struct End: Sendable, Equatable {
        package var leg: UInt8
        package var dialog: Dialog

        package init(leg: UInt8, dialog: Dialog) {
            self.leg = leg
            self.dialog = dialog
        }
    }

    package init(id: UInt64, caller: End, callee: End) {
        self.id = id
        self.caller = caller
        self.callee = callee
    }

    private static let version: UInt8 = 1

    /// As bytes, without a secret in them.
    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = [Self.version]
        Self.append(id, 8, to: &bytes)
        for end in [caller, callee] {
            bytes.append(end.leg)
            let dialog = end.dialog
            for text in [
                dialog.callID, dialog.localTag, dialog.remoteTag, dialog.localAddress, dialog.remoteAddress,
                dialog.remoteTarget, dialog.contactUser, Array(dialog.peer.serverName.utf8),
            ] { Self.append(text, to: &bytes) }
            bytes.append(UInt8(truncatingIfNeeded: dialog.routes.count))
            for route in dialog.routes { Self.append(route, to: &bytes) }
            let address = dialog.peer.address
            Self.append(UInt64(dialog.localSequence), 4, to: &bytes)
            Self.append(UInt64(dialog.remoteSequence), 4, to: &bytes)
            Self.append(address.high, 8, to: &bytes)
            Self.append(address.low, 8, to: &bytes)
            Self.append(UInt64(address.port), 2, to: &bytes)
            bytes.append(address.transport.rawValue)
        }
        return bytes
    }

    /// Nil for bytes that are no record.
    package init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard reader.number(1) == UInt64(Self.version), let id = reader.number(8), let caller = reader.end(),
            let callee = reader.end(), reader.isAtEnd
        else { return nil }
        self.init(id: id, caller: caller, callee: callee)
    }

    private static func append(_ number: UInt64, _ count: Int, to bytes: inout [UInt8]) {
        for place in stride(from: (count - 1) * 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(place)))
        }
    }

    private static func append(_ text: [UInt8], to bytes: inout [UInt8]) {
        let text = text.prefix(Int(UInt16.max))
        append(UInt64(text.count), 2, to: &bytes)
        bytes += text
    }

    private struct Reader {
        let bytes: [UInt8]
        var at = 0

        var isAtEnd: Bool { at == bytes.count }

        mutating func number(_ count: Int) -> UInt64? {
            guard bytes.count - at >= count else { return nil }
            defer { at += count }
            return bytes[at..<at + count].reduce(0) { $0 << 8 | UInt64($1) }
        }

        mutating func text() -> [UInt8]? {
            guard let count = number(2), bytes.count - at >= Int(count) else { return nil }
            defer { at += Int(count) }
            return Array(bytes[at..<at + Int(count)])
        }

        mutating func end() -> End? {
            guard let leg = number(1) else { return nil }
            var texts: [[UInt8]] = []
            for _ in 0..<8 {
                guard let text = text() else { return nil }
                texts.append(text)
            }
            guard let count = number(1) else { return nil }
            var routes: [[UInt8]] = []
            for _ in 0..<count {
                guard let route = text() else { return nil }
                routes.append(route)
            }
            guard let local = number(4), let remote = number(4), let high = number(8), let low = number(8),
                let port = number(2), let transport = number(1).flatMap({ Transport(rawValue: UInt8($0)) })
            else { return nil }
            let address = SourceAddress(high: high, low: low, port: UInt16(port), transport: transport)
            let dialog = Dialog(
                callID: texts[0], localTag: texts[1], remoteTag: texts[2], localAddress: texts[3],
                remoteAddress: texts[4], remoteTarget: texts[5], routes: routes, contactUser: texts[6],
                localSequence: UInt32(local), remoteSequence: UInt32(remote),
                peer: Target(address: address, serverName: String(decoding: texts[7], as: UTF8.self)))
            return End(leg: UInt8(leg), dialog: dialog)
        }
    }
}

extension Call {
    /// What the next start needs to end this call; nothing to end is an empty one.
    var record: CallRecord {
        let pair = confirmed.map { pairs[$0] }
        return CallRecord(
            id: id, caller: .init(leg: pair?.caller.id ?? 0, dialog: pair?.caller.dialog ?? caller.dialog),
            callee: .init(leg: pair?.callee.id ?? 0, dialog: pair?.callee.dialog ?? caller.dialog))
    }

    /// A call of a process that was killed: it says goodbye at both ends, with CSeq numbers above all that it can have used.
    package static func resume(_ record: CallRecord, terms: CallTerms, at now: Int64) -> (call: Call, effects: [Effect])
    {
        var call = Call(
            id: record.id, terms: terms, incoming: IncomingLeg(), dialog: record.caller.dialog, at: now)
        let ends = [record.caller, record.callee].map { end in
            var leg = Leg(
                id: end.leg, dialog: end.dialog, media: .open, timerTerms: SessionTimerTerms(wish: 0),
                credentials: nil)
            leg.dialog.localSequence += terms.policy.sequenceReserve
            return leg
        }
        call.pairs = [Pair(number: 1, attempt: record.callee.leg, caller: ends[0], callee: ends[1], isConfirmed: true)]
        call.requests = 1 << 24
        call.phase = .answered
        var turn = Turn(now: now)
        call.end(.restarted, &turn)
        return (call, turn.effects)
    }
}
