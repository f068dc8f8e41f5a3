import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport

/// What media relays do for one call.
struct CarriedMedia {
    /// By the leg towards who is called: one session for each, since each has an answer of its own to the caller's offer.
    var sessions: [UInt8: MediaSession] = [:]
    /// What each leg's end said last of itself, for whoever takes the other's place.
    var said: [UInt8: [UInt8]] = [:]
    /// What came while a relay was asked, in the order in which it came; the relay is asked about the first.
    var held: [(bytes: [UInt8], source: SourceAddress)] = []

    /// Beyond so many, the ends send again what they want heard.
    private static let crowd = 32

    mutating func hold(_ bytes: [UInt8], from source: SourceAddress) {
        if held.count < Self.crowd { held.append((bytes, source)) }
    }
}

/// What a relay knows as one call: one leg, and the one that it was tried for.
struct MediaSession {
    let relay: Int
    let callID: [UInt8]
    /// How each leg's end speaks, and what it may use.
    let ends: [UInt8: End]
    /// The relay knows both sides by their tags.
    private var isKnown = false
    /// What became of the last offer, and of answers to it: copies come to the same.
    private var known: [Known] = []

    struct End {
        let side: MediaRelayRequest.Side
        let filter: MediaFilter
    }

    private struct Known {
        let description: Call.Description
        let body: Int
        let result: Call.Arrival.Replacement
    }

    init(relay: Int, call: UInt64, leg: UInt8, ends: [UInt8: End]) {
        self.relay = relay
        callID = Self.callID(call, leg)
        self.ends = ends
    }

    /// For who takes another's place: the end that stays keeps what it has at the relay, as a browser must that has keys with it.
    init(continuing other: MediaSession, ends: [UInt8: End]) {
        (relay, callID) = (other.relay, other.callID)
        self.ends = ends
        isKnown = true
    }

    /// As the relay knows the session of a leg: the next start finds it by the call's number alone.
    static func callID(_ call: UInt64, _ leg: UInt8) -> [UInt8] { Array("\(String(call, radix: 16))-\(leg)".utf8) }

    static func tag(_ leg: UInt8) -> [UInt8] { Array("\(leg)".utf8) }

    /// The one that the leg is tried with.
    func firstOffer(to leg: UInt8) -> Call.Description {
        Call.Description(from: ends.keys.first { $0 != leg } ?? 0, to: leg, isOffer: true, sequence: 0)
    }

    /// What to ask the relay, once the filter of the side that it comes from has let it pass. Throws `MediaRefusal`.
    func request(_ body: [UInt8], _ description: Call.Description) throws(MediaRefusal) -> MediaRelayRequest {
        guard let from = ends[description.from], let to = ends[description.to] else { throw .relayFailed }
        let passed = try Self.filtered(body, by: from.filter)
        guard description.isOffer else {
            return MediaRelayRequest(
                .answer(description: passed, from: Self.tag(description.from), to: to.side), callID: callID,
                offerer: Self.tag(description.to))
        }
        return MediaRelayRequest(
            .offer(description: passed, for: isKnown ? Self.tag(description.to) : nil, to: to.side),
            callID: callID, offerer: Self.tag(description.from))
    }

    /// What the other end is told: what the relay made of it, as that end's filter lets it pass.
    func result(_ outcome: MediaRelay.Outcome, _ description: Call.Description) -> Call.Arrival.Replacement {
        guard case .success(.done(let body?)) = outcome, let to = ends[description.to] else {
            return .refused(.relayFailed)
        }
        do throws(MediaRefusal) {
            return .description(try Self.filtered(body, by: to.filter))
        } catch {
            return .refused(error)
        }
    }

    private static func filtered(_ body: [UInt8], by filter: MediaFilter) throws(MediaRefusal) -> [UInt8] {
        let description: SessionDescription
        do throws(SDPFault) { description = try SessionDescription(body) } catch { throw .noCodec }
        return try description.filtered(by: filter)
    }

    // MARK: Copies

    func known(_ description: Call.Description, _ body: [UInt8]) -> Call.Arrival.Replacement? {
        known.first { $0.description == description && $0.body == body.hashValue }?.result
    }

    mutating func keep(_ result: Call.Arrival.Replacement, of description: Call.Description, _ body: [UInt8]) {
        if description.isOffer {
            known = []
        } else if case .description = result {
            isKnown = true
        }
        known.append(Known(description: description, body: body.hashValue, result: result))
        if known.count > 4 { known.remove(at: 1) }
    }
}
