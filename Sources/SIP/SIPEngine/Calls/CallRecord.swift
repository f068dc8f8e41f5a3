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

    private static let version: UInt64 = 1

    /// As bytes, without a secret in them.
    package func encoded() -> [UInt8] {
        var packed = PackedBytes(capacity: 768)
        packed.append(Self.version, 1)
        packed.append(id, 8)
        for end in [caller, callee] {
            packed.append(UInt64(end.leg), 1)
            let dialog = end.dialog
            for text in [
                dialog.callID, dialog.localTag, dialog.remoteTag, dialog.localAddress, dialog.remoteAddress,
                dialog.remoteTarget, dialog.contactUser, Array(dialog.peer.serverName.utf8),
            ] { packed.append(text) }
            let routes = dialog.routes.prefix(Int(UInt8.max))
            packed.append(UInt64(routes.count), 1)
            for route in routes { packed.append(route) }
            packed.append(UInt64(dialog.localSequence), 4)
            packed.append(UInt64(dialog.remoteSequence), 4)
            packed.append(dialog.peer.address)
        }
        return packed.bytes
    }

    /// Nil for bytes that are no record.
    package init?(_ bytes: [UInt8]) {
        var reader = PackedReader(bytes)
        guard reader.number(1) == Self.version, let id = reader.number(8), let caller = End(&reader),
            let callee = End(&reader), reader.isAtEnd
        else { return nil }
        self.init(id: id, caller: caller, callee: callee)
    }
}

extension CallRecord.End {
    fileprivate init?(_ reader: inout PackedReader) {
        guard let leg = reader.number(1), let texts = reader.texts(8), let count = reader.number(1),
            let routes = reader.texts(Int(count)), let local = reader.number(4), let remote = reader.number(4),
            case .some(.some(let address)) = reader.address()
        else { return nil }
        let dialog = Dialog(
            callID: texts[0], localTag: texts[1], remoteTag: texts[2], localAddress: texts[3],
            remoteAddress: texts[4], remoteTarget: texts[5], routes: routes, contactUser: texts[6],
            localSequence: UInt32(local), remoteSequence: UInt32(remote),
            peer: Target(address: address, serverName: String(decoding: texts[7], as: UTF8.self)))
        self.init(leg: UInt8(leg), dialog: dialog)
    }
}

extension Call {
    /// Has the next start know how it stands.
    mutating func keep(_ turn: inout Turn) {
        isKept = true
        turn.effects.append(.store(record))
    }

    /// What the next start needs to end this call; nothing to end is an empty one.
    private var record: CallRecord {
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
                id: end.leg, dialog: end.dialog, media: .open, timerTerms: SessionTimerTerms(wish: 0), isLocated: false,
                credentials: nil)
            leg.dialog.localSequence += terms.policy.sequenceReserve
            return leg
        }
        call.pairs = [Pair(number: 1, attempt: record.callee.leg, caller: ends[0], callee: ends[1], isConfirmed: true)]
        call.requests = 1 << 24
        call.phase = .answered
        call.isKept = true
        var turn = Turn(now: now)
        call.end(.restarted, &turn)
        return (call, turn.effects)
    }
}
