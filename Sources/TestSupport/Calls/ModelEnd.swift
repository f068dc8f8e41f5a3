/// A phone or carrier as a small user agent of its own, with text messages and RFC 3261's timers: it calls, answers,
/// refuses, hangs up, and repeats what it must. It shares no code with the machine under test.
package final class ModelEnd {
    package let address: UInt32
    /// Where it is, as its messages say.
    private let host: String
    private var random: SeededRandom
    /// What it does with an INVITE.
    package enum Manner: CaseIterable, Sendable {
        case answers, answersAtOnce, busy, broken, silent, ringsForEver, challenges, reliable, forks, hangsUpAtOnce,
            early
    }
    package var manner = Manner.answers
    /// Milliseconds that it rings and talks at most.
    package var longestRinging: Int64 = 8000
    package var longestTalk: Int64 = 60_000
    /// How many of the calls that are up it ends itself.
    package var shareOfGoodbyes = 0.6

    package private(set) var outbox: [String] = []
    private var repeats: [String: Repeat] = [:]
    private var replies: [String: String] = [:]
    private var plans: [(at: Int64, action: Action)] = []
    package private(set) var dialogs: [String: Dialog] = [:]
    private var incoming: [String: SIPText] = [:]
    private var count = 0
    /// Final answers to the INVITE that it began: status and tag.
    package private(set) var finals: Set<String> = []
    package private(set) var isCalling = false
    private var hasCancelled = false
    private var outgoing: SIPText?

    struct Repeat {
        let text: String
        var next: Int64
        var interval: Int64
        let longest: Int64
        let until: Int64
        /// A 2xx, whose dialog ends when nobody confirms it.
        let dialog: String?
    }

    package struct Dialog {
        let callID: String
        let localTag: String
        let remoteTag: String
        let local: String
        let remote: String
        var target: String
        var cseq: Int
        var isUp = true
    }

    enum Action {
        case cancel, hangUp(String), reinvite(String), inform(String), respond(String, String, String)
    }

    package init(address: UInt32, host: String? = nil, seed: UInt64) {
        self.address = address
        self.host = host ?? "192.0.2.\(address)"
        random = SeededRandom(seed: seed)
    }

    package func takeOutbox() -> [String] {
        defer { outbox = [] }
        return outbox
    }

    private func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }

    private func soon(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }

    // MARK: Time

    package var deadline: Int64? {
        let planned = plans.map(\.at).min() ?? .max
        let earliest = min(planned, repeats.values.map { min($0.next, $0.until) }.min() ?? .max)
        return earliest == .max ? nil : earliest
    }

    package func reachDeadline(_ now: Int64) {
        for (key, repeated) in repeats where min(repeated.next, repeated.until) <= now {
            if repeated.until <= now {
                repeats[key] = nil
                if key.hasPrefix("INVITE") { isCalling = false }
                if let dialog = repeated.dialog { hangUp(dialog, now) }
            } else {
                var next = repeated
                next.interval = min(repeated.interval * 2, repeated.longest)
                next.next = now + next.interval
                repeats[key] = next
                outbox.append(repeated.text)
            }
        }
        let due = plans.filter { $0.at <= now }
        plans.removeAll { $0.at <= now }
        for plan in due { carryOut(plan.action, now) }
    }

    private func carryOut(_ action: Action, _ now: Int64) {
        switch action {
        case .cancel: cancel(now)
        case .hangUp(let dialog): hangUp(dialog, now)
        case .reinvite(let dialog): request("INVITE", dialog, now, body: SIPText.offer)
        case .inform(let dialog): request("INFO", dialog, now)
        case .respond(let branch, let status, let tag): respond(branch, status, tag, now)
        }
    }

    private func send(_ text: String, key: String, isCapped: Bool, dialog: String? = nil, _ now: Int64) {
        outbox.append(text)
        repeats[key] = Repeat(
            text: text, next: now + 500, interval: 500, longest: isCapped ? 4000 : 64_000, until: now + 32_000,
            dialog: dialog)
    }

    // MARK: Calling

    package func call(_ number: Int, to uri: String = "sip:bob@demarc.test", _ now: Int64, patience: Int64?) {
        isCalling = true
        let text = SIPText.message(
            [
                "INVITE \(uri) SIP/2.0",
                "Via: SIP/2.0/UDP \(host);branch=z9hG4bKm\(number);rport",
                "Max-Forwards: 70", "From: <sip:a\(number)@demarc.test>;tag=f\(number)", "To: <\(uri)>",
                "Call-ID: model-\(number)", "CSeq: 1 INVITE", "Contact: <sip:a@\(host)>",
                "Supported: \(chance(0.5) ? "100rel, timer" : "timer")",
            ], chance(0.9) ? SIPText.offer : "")
        outgoing = SIPText(text)
        send(text, key: "INVITE1", isCapped: false, now)
        if let patience { plans.append((now + patience, .cancel)) }
    }

    private func cancel(_ now: Int64) {
        guard let invite = outgoing, isCalling, !hasCancelled, repeats["INVITE1"] == nil else { return }
        hasCancelled = true
        let text = SIPText.message(
            ["CANCEL \(invite.uri) SIP/2.0", "Via: \(invite.header("Via") ?? "")", "Max-Forwards: 70"]
                + ["From", "To", "Call-ID"].map { "\($0): \(invite.header($0) ?? "")" } + ["CSeq: 1 CANCEL"], "")
        send(text, key: "CANCEL1", isCapped: true, now)
    }

    private func receiveResponse(_ message: SIPText, _ now: Int64) {
        let key = message.cseqMethod + "\(message.cseq)"
        let isFirst = message.cseqMethod == "INVITE" && message.callID == outgoing?.callID && message.cseq == 1
        if message.status < 200 {
            if repeats[key] != nil, message.cseqMethod == "INVITE" { repeats[key] = nil }
            if isFirst, message.header("Require")?.contains("100rel") ?? false { confirm(message, now) }
            return
        }
        repeats[key] = nil
        guard message.cseqMethod == "INVITE" else { return }
        if message.status < 300 { return receiveAnswer(message, isFirst: isFirst, now) }
        acknowledgeFailure(message, invite: isFirst ? outgoing : nil)
        if isFirst { finish("\(message.status) \(message.toTag)") }
    }

    private func finish(_ final: String) {
        isCalling = false
        finals.insert(final)
    }

    private func confirm(_ message: SIPText, _ now: Int64) {
        let key = "\(message.toTag) \(message.header("RSeq") ?? "")"
        guard replies[key] == nil else { return }
        replies[key] = "done"
        count += 1
        let text = SIPText.message(
            [
                "PRACK \(message.contact) SIP/2.0",
                "Via: SIP/2.0/UDP \(host);branch=z9hG4bKp\(address)x\(count);rport",
                "Max-Forwards: 70", "From: \(message.header("From") ?? "")", "To: \(message.header("To") ?? "")",
                "Call-ID: \(message.callID)", "CSeq: \(count + 1) PRACK",
                "RAck: \(message.header("RSeq") ?? "") \(message.cseq) INVITE",
            ], "")
        send(text, key: "PRACK\(count + 1)", isCapped: true, now)
    }

    private func receiveAnswer(_ message: SIPText, isFirst: Bool, _ now: Int64) {
        let name = message.callID + message.fromTag + message.toTag
        if isFirst, dialogs[name] == nil {
            finish("\(message.status) \(message.toTag)")
            dialogs[name] = Dialog(
                callID: message.callID, localTag: message.fromTag, remoteTag: message.toTag,
                local: message.header("From") ?? "", remote: message.header("To") ?? "", target: message.contact,
                cseq: 100)
            acknowledge(message)
            hasCancelled ? hangUp(name, now) : talk(name, now)
            return
        }
        acknowledge(message)
    }

    private func acknowledge(_ message: SIPText) {
        count += 1
        outbox.append(
            SIPText.message(
                [
                    "ACK \(message.contact) SIP/2.0",
                    "Via: SIP/2.0/UDP \(host);branch=z9hG4bKk\(address)x\(count);rport", "Max-Forwards: 70",
                    "From: \(message.header("From") ?? "")", "To: \(message.header("To") ?? "")",
                    "Call-ID: \(message.callID)", "CSeq: \(message.cseq) ACK",
                ], message.body.isEmpty || outgoing?.body.isEmpty == false ? "" : SIPText.answer))
    }

    private func acknowledgeFailure(_ message: SIPText, invite: SIPText?) {
        outbox.append(
            SIPText.message(
                [
                    "ACK \(invite?.uri ?? "sip:demarc.test") SIP/2.0", "Via: \(message.header("Via") ?? "")",
                    "Max-Forwards: 70", "From: \(message.header("From") ?? "")", "To: \(message.header("To") ?? "")",
                    "Call-ID: \(message.callID)", "CSeq: \(message.cseq) ACK",
                ], ""))
    }

    // MARK: Talking

    private func talk(_ dialog: String, _ now: Int64) {
        if chance(shareOfGoodbyes) { plans.append((now + soon(0...longestTalk), .hangUp(dialog))) }
        if chance(0.3) { plans.append((now + soon(0...longestTalk / 2), .reinvite(dialog))) }
        if chance(0.3) { plans.append((now + soon(0...longestTalk / 2), .inform(dialog))) }
    }

    package func hangUpAll(_ now: Int64) { for name in dialogs.keys { hangUp(name, now) } }

    private func hangUp(_ name: String, _ now: Int64) {
        guard dialogs[name]?.isUp ?? false else { return }
        request("BYE", name, now)
        dialogs[name]?.isUp = false
    }

    private func request(_ method: String, _ name: String, _ now: Int64, body: String = "") {
        guard var dialog = dialogs[name], dialog.isUp else { return }
        dialog.cseq += 1
        dialogs[name] = dialog
        count += 1
        let text = SIPText.message(
            [
                "\(method) \(dialog.target) SIP/2.0",
                "Via: SIP/2.0/UDP \(host);branch=z9hG4bKr\(address)x\(count);rport", "Max-Forwards: 70",
                "From: \(dialog.local)", "To: \(dialog.remote)", "Call-ID: \(dialog.callID)",
                "CSeq: \(dialog.cseq) \(method)", "Contact: <sip:x@\(host)>",
            ], body)
        send(text, key: "\(method)\(dialog.cseq)", isCapped: method != "INVITE", now)
    }

    // MARK: Being called

    package func receive(_ text: String, _ now: Int64) {
        let message = SIPText(text)
        guard message.isRequest else { return receiveResponse(message, now) }
        let key = message.branch + message.method
        if message.method == "ACK" { return receiveACK(message, now) }
        if let reply = replies[key] {
            if !reply.isEmpty { outbox.append(reply) }
            return
        }
        replies[key] = ""
        let name = message.callID + message.toTag + message.fromTag
        switch message.method {
        case "INVITE" where message.toTag.isEmpty: receiveInvite(message, now)
        case "CANCEL":
            reply(message, "200 OK")
            if incoming[message.branch] != nil { respond(message.branch, "487 Request Terminated", "t\(address)", now) }
        case "BYE":
            reply(message, dialogs[name]?.isUp ?? false ? "200 OK" : "481 Gone")
            dialogs[name]?.isUp = false
        case "PRACK":
            repeats["R" + message.callID] = nil
            reply(message, "200 OK")
        case "INVITE" where dialogs[name]?.isUp ?? false:
            let isBusy = repeats.keys.contains { $0.hasPrefix("INVITE") }
            let answer = message.response(
                isBusy ? "491 Request Pending" : "200 OK", headers: ["Contact: <sip:x@\(host)>"],
                body: isBusy ? "" : SIPText.answer)
            send(
                answer, key: "A" + message.callID + "\(message.cseq)", isCapped: true, dialog: isBusy ? nil : name, now)
            replies[key] = answer
        default: reply(message, dialogs[name]?.isUp ?? false ? "200 OK" : "481 Gone")
        }
    }

    private func reply(_ message: SIPText, _ status: String) {
        let text = message.response(status, tag: "t\(address)")
        replies[message.branch + message.method] = text
        outbox.append(text)
    }

    private func receiveACK(_ message: SIPText, _ now: Int64) {
        let key = "A" + message.callID + "\(message.cseq)"
        if repeats[key + message.toTag] != nil {
            repeats[key + message.toTag] = nil
            let name = message.callID + message.toTag + message.fromTag
            manner == .hangsUpAtOnce ? hangUp(name, now) : talk(name, now)
        }
        repeats[key] = nil
    }

    private func receiveInvite(_ invite: SIPText, _ now: Int64) {
        incoming[invite.branch] = invite
        let at = now + soon(0...300)
        let tag = "t\(address)"
        if manner != .silent, manner != .answersAtOnce { respond(invite.branch, "100 Trying", "", now) }
        if manner == .reliable || manner == .early || chance(0.5), manner != .silent {
            plans.append((at, .respond(invite.branch, manner == .early ? "183 Session Progress" : "180 Ringing", tag)))
        }
        let answer = at + soon(0...longestRinging)
        switch manner {
        case .answers, .reliable, .hangsUpAtOnce, .early: plans.append((answer, .respond(invite.branch, "200 OK", tag)))
        case .answersAtOnce: respond(invite.branch, "200 OK", tag, now)
        case .busy: plans.append((answer, .respond(invite.branch, "486 Busy Here", tag)))
        case .broken: plans.append((at, .respond(invite.branch, "503 Service Unavailable", tag)))
        case .silent, .ringsForEver: break
        case .challenges:
            let isAnswered = invite.header("Authorization") != nil
            plans.append((at, .respond(invite.branch, isAnswered ? "200 OK" : "401 Unauthorized", tag)))
        case .forks:
            plans.append((answer, .respond(invite.branch, "200 OK", tag)))
            plans.append((answer + soon(0...500), .respond(invite.branch, "200 OK", tag + "f")))
        }
    }

    private func respond(_ branch: String, _ status: String, _ tag: String, _ now: Int64) {
        guard let invite = incoming[branch] else { return }
        let key = branch + "INVITE"
        let isFinal = !status.hasPrefix("1")
        if let sent = replies[key], sent.hasPrefix("SIP/2.0 "), !sent.hasPrefix("SIP/2.0 1") {
            // Another final answer only for a fork of a 2xx.
            guard sent.hasPrefix("SIP/2.0 200"), status.hasPrefix("200"), !sent.contains("tag=\(tag)\r\n") else {
                return
            }
        }
        let isReliable =
            manner == .reliable && status.hasPrefix("180") && invite.header("Supported")?.contains("100rel") ?? false
        var headers = ["Contact: <sip:x@\(host)>"]
        if isReliable { headers += ["Require: 100rel", "RSeq: 7"] }
        if status.hasPrefix("401") { headers.append("WWW-Authenticate: Digest realm=\"c\", nonce=\"n\", qop=\"auth\"") }
        let hasBody = status.hasPrefix("200") || status.hasPrefix("183")
        let text = invite.response(
            status, tag: tag, headers: headers,
            body: hasBody ? (invite.body.isEmpty ? SIPText.offer : SIPText.answer) : "")
        replies[key] = text
        guard isFinal else {
            if isReliable { send(text, key: "R" + invite.callID, isCapped: false, now) } else { outbox.append(text) }
            return
        }
        repeats["R" + invite.callID] = nil
        let name = invite.callID + tag + invite.fromTag
        let isAnswer = status.hasPrefix("200")
        let repeated = "A" + invite.callID + "\(invite.cseq)" + (isAnswer ? tag : "")
        if isAnswer {
            dialogs[name] = Dialog(
                callID: invite.callID, localTag: tag, remoteTag: invite.fromTag,
                local: (invite.header("To") ?? "") + ";tag=\(tag)", remote: invite.header("From") ?? "",
                target: invite.contact, cseq: 200)
        }
        send(text, key: repeated, isCapped: true, dialog: isAnswer ? name : nil, now)
    }

    // MARK: What is left

    package var openDialogs: [String] { dialogs.filter { $0.value.isUp }.map(\.key) }
    package var isIdle: Bool { repeats.isEmpty && plans.isEmpty && outbox.isEmpty }
}
