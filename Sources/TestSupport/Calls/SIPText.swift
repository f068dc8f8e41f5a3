import Foundation

/// A message as a test sees it: text and lines, read without the code under test.
package struct SIPText {
    package let text: String
    package let start: Substring
    package let body: Substring
    private let lines: [Substring]

    package init(_ text: String) {
        self.text = text
        let end = text.range(of: "\r\n\r\n")
        body = end.map { text[$0.upperBound...] } ?? ""
        let head = text[..<(end?.lowerBound ?? text.endIndex)].split(separator: "\r\n")
        start = head.first ?? ""
        lines = Array(head.dropFirst())
    }

    package init(_ bytes: [UInt8]) { self.init(String(decoding: bytes, as: UTF8.self)) }

    package var isRequest: Bool { !start.hasPrefix("SIP/2.0") }
    package var method: String { isRequest ? String(start.prefix { $0 != " " }) : cseqMethod }
    package var uri: String { start.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
    package var status: Int { isRequest ? 0 : Int(start.split(separator: " ")[1]) ?? 0 }

    package func header(_ name: String) -> String? { headers(name).first }

    package func headers(_ name: String) -> [String] {
        lines.compactMap { $0.hasPrefix("\(name): ") ? String($0.dropFirst(name.count + 2)) : nil }
    }

    package var callID: String { header("Call-ID") ?? "" }
    package var cseq: Int { header("CSeq").flatMap { Int($0.prefix { $0 != " " }) } ?? -1 }
    package var cseqMethod: String { header("CSeq").map { String($0.drop { $0 != " " }.dropFirst()) } ?? "" }
    package var branch: String { Self.parameter("branch", of: header("Via") ?? "") }
    package var fromTag: String { Self.parameter("tag", of: header("From") ?? "") }
    package var toTag: String { Self.parameter("tag", of: header("To") ?? "") }
    package var contact: String {
        header("Contact").map { String($0.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" }) } ?? ""
    }

    package static func parameter(_ name: String, of value: String) -> String {
        value.split(separator: ";").dropFirst().first { $0.hasPrefix("\(name)=") }
            .map { String($0.dropFirst(name.count + 1)) } ?? ""
    }

    /// A response to this request; a tag is added where there is none.
    package func response(_ status: String, tag: String = "", headers: [String] = [], body: String = "") -> String {
        var lines = ["SIP/2.0 \(status)"] + self.headers("Via").map { "Via: \($0)" }
        lines += self.headers("Record-Route").map { "Record-Route: \($0)" }
        lines.append("From: \(header("From") ?? "")")
        lines.append("To: \(header("To") ?? "")" + (toTag.isEmpty && !tag.isEmpty ? ";tag=\(tag)" : ""))
        lines += ["Call-ID: \(callID)", "CSeq: \(header("CSeq") ?? "")"] + headers
        return SIPText.message(lines, body)
    }

    package static func message(_ lines: [String], _ body: String) -> String {
        let type =
            body.isEmpty || lines.contains { $0.hasPrefix("Content-Type") } ? [] : ["Content-Type: application/sdp"]
        return (lines + type + ["Content-Length: \(body.utf8.count)", "", ""]).joined(separator: "\r\n") + body
    }

    package static let offer =
        "v=0\r\no=a 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 0\r\n"
    package static let answer =
        "v=0\r\no=b 9 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0\r\n"
}
