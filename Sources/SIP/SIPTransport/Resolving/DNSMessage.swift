import CResolv
package import SIPEngine

/// A question as bytes, and the bytes of an answer as what it says (RFC 1035 section 4).
package enum DNSMessage {
    /// What one server's answer means for its question.
    package enum Reading: Equatable, Sendable {
        /// Not an answer to this question: forged, late, or broken.
        case stray
        /// Cut: ask again over TCP.
        case truncated
        /// The server could not, or would not, say; another may.
        case refused
        case answer(DNSAnswer)
    }

    /// Nil for a name that does not fit into a question.
    package static func bytes(of question: DNSQuestion, id: UInt16) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = unsafe bytes.withUnsafeMutableBufferPointer { room in
            unsafe cresolv_write(question.name.text, question.type.rawValue, id, room.baseAddress, Int32(room.count))
        }
        return count > 0 ? Array(bytes.prefix(Int(count))) : nil
    }

    package static func read(_ bytes: [UInt8], for question: DNSQuestion, id: UInt16) -> Reading {
        guard
            let reply = unsafe bytes.withUnsafeBufferPointer({ buffer in
                unsafe cresolv_read(
                    buffer.baseAddress, Int32(buffer.count), question.name.text, question.type.rawValue, id)
            })
        else { return .stray }
        defer { unsafe cresolv_free(reply) }
        guard unsafe cresolv_truncated(reply) == 0 else { return .truncated }
        let (noError, noSuchName): (Int32, Int32) = (0, 3)
        let code = unsafe cresolv_code(reply)
        guard code == noError || code == noSuchName else { return .refused }
        let ttl = unsafe cresolv_ttl(reply)
        let records = (0..<(unsafe cresolv_count(reply))).map { unsafe record($0, of: reply, question.type) }
        return .answer(records.isEmpty ? .none(ttl: ttl) : .records(records, ttl: ttl))
    }

    /// The servers of resolv.conf.
    static func systemServers() -> [SourceAddress] {
        var servers = [cresolv_server](repeating: cresolv_server(), count: 8)
        let count = unsafe servers.withUnsafeMutableBufferPointer { room in
            unsafe cresolv_servers(room.baseAddress, Int32(room.count))
        }
        return servers.prefix(Int(count)).map {
            SourceAddress(high: $0.high, low: $0.low, port: $0.port, transport: .udp)
        }
    }

    private static func record(_ index: Int32, of reply: OpaquePointer, _ type: DNSRecordType) -> DNSRecord {
        let number: (Int32) -> UInt16 = { field in unsafe cresolv_number(reply, index, field) }
        switch type {
        case .a, .aaaa:
            return .address(high: unsafe cresolv_high(reply, index), low: unsafe cresolv_low(reply, index))
        case .srv:
            return .srv(
                ServiceRecord(
                    priority: number(0), weight: number(1), port: number(2),
                    host: DNSName(unsafe String(cString: cresolv_host(reply, index)))))
        case .naptr:
            return .naptr(
                NamingAuthorityRecord(
                    order: number(0), preference: number(1),
                    flags: unsafe String(cString: cresolv_flags(reply, index)).lowercased(),
                    service: unsafe String(cString: cresolv_service(reply, index)).lowercased(),
                    replacement: DNSName(unsafe String(cString: cresolv_host(reply, index)))))
        }
    }
}
