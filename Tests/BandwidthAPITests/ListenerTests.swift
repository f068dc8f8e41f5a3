import BandwidthAPI
import DialectKit
import Provisioning
import Testing

/// What does not depend on one operation: base paths, headers, limits, encodings.
@Suite struct ListenerTests {
    private static let site = """
        <Site><Name>Raleigh</Name><Address><HouseNumber>1600</HouseNumber><StreetName>Pennsylvania</StreetName>\
        <City>Washington</City><StateCode>DC</StateCode><Zip>20500</Zip><AddressType>Service</AddressType></Address></Site>
        """

    @Test(arguments: ["", "/api", "/api/v1", "/api/v1.0", "/api/v2", "/v1.0", "/iris", "/API/V2"])
    func everyBasePathIsServedAndKept(base: String) async throws {
        try await TestServer.run { server in
            let sites = "\(base)/accounts/\(server.account.id)/sites"
            let created = try await server.send("POST \(sites)", body: Array(Self.site.utf8))
            let id = try #require(created.firstMatch(of: /\r\nLocation: (?<url>\S+\/(?<id>[0-9]+))\r\n/))
            #expect(id.url == "http://\(server.host)\(sites)/\(id.id)")
            let peers = "\(base)/Accounts/\(server.account.id)/SITES/\(id.id)/SipPeers/"
            let peer = try await server.send(
                "POST \(peers)", body: Array("<SipPeer><PeerName>a</PeerName></SipPeer>".utf8))
            #expect(peer.contains("\r\nLocation: http://\(server.host)\(sites)/\(id.id)/sippeers/"))
            #expect(try await server.send("GET \(sites)/").hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test func theSchemeOfTheListenerStandsInLocation() async throws {
        try await TestServer.run(scheme: "https") { server in
            let created = try await server.send(
                "POST /accounts/\(server.account.id)/sites", body: Array(Self.site.utf8))
            #expect(created.contains("\r\nLocation: https://\(server.host)/accounts/"))
        }
    }

    @Test func aBodyAboveTheLimitIsNotRead() async throws {
        var settings = BandwidthSettings()
        settings.bodyLimit = 1000
        try await TestServer.run(settings: settings) { server in
            let sites = "POST /accounts/\(server.account.id)/sites"
            let filled = { (count: Int) in
                Array(Self.site.utf8) + Array(repeating: UInt8(ascii: " "), count: count - Self.site.utf8.count)
            }
            #expect(
                try await server.send(sites, body: filled(1001))
                    == "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n")
            let chunked = Array("3e9\r\n".utf8) + filled(1001) + Array("\r\n0\r\n\r\n".utf8)
            let answer = try await server.send(sites, headers: ["Transfer-Encoding: chunked"], chunks: chunked)
            #expect(answer.hasPrefix("HTTP/1.1 413 Payload Too Large\r\n"))
            #expect(try await server.send(sites, body: filled(1000)).hasPrefix("HTTP/1.1 201 Created\r\n"))
        }
    }

    @Test func aDeclaredEncodingIsHonoured() async throws {
        try await TestServer.run { server in
            let created = try await server.send(
                "POST /accounts/\(server.account.id)/sites", body: Array(Self.site.utf8))
            let id = try #require(created.firstMatch(of: /sites\/(?<id>[0-9]+)\r\n/)).id
            let peer = #"<?xml version="1.0" encoding="ISO-8859-1"?><SipPeer><PeerName>Zürich</PeerName></SipPeer>"#
            let path = "/accounts/\(server.account.id)/sites/\(id)/sippeers"
            let latin1 = peer.unicodeScalars.map { UInt8($0.value) }
            #expect(try await server.send("POST \(path)", body: latin1).hasPrefix("HTTP/1.1 201 Created\r\n"))
            let wide = peer.replacing("ISO-8859-1", with: "UTF-16").replacing("ü", with: "𝄞").utf16
            let utf16: [UInt8] = [0xFE, 0xFF] + wide.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] as [UInt8] }
            #expect(try await server.send("POST \(path)", body: utf16).hasPrefix("HTTP/1.1 201 Created\r\n"))
            let list = try await server.send("GET \(path)")
            #expect(list.contains("<PeerName>Zürich</PeerName>") && list.contains("<PeerName>Z𝄞rich</PeerName>"))
        }
    }

    @Test func whatIsNotInItsEncodingIsABadRequest() async throws {
        try await TestServer.run { server in
            let sites = "POST /accounts/\(server.account.id)/sites"
            let broken = Array("<Site><Name>".utf8) + [0xC3, 0x28] as [UInt8] + Array("</Name></Site>".utf8)
            let odd = Array(#"<?xml version="1.0" encoding="UTF-16"?><Site/>"#.utf8)
            for body in [broken, odd] {
                let answer = try await server.send(sites, body: body)
                #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
                #expect(answer.contains("<ErrorCode>1019</ErrorCode>"))
            }
        }
    }

    /// The vendor closes the connection of a client that asks too often.
    @Test(.timeLimit(.minutes(1))) func aConnectionEndsAboveTheRate() async throws {
        var settings = BandwidthSettings()
        settings.movesPerMinute = 1
        settings.now = { Timestamp(milliseconds: 1_767_225_600_000) }
        try await TestServer.run(settings: settings) { server in
            let path = "/accounts/\(server.account.id)/sites/1/sippeers/1/movetns"
            let body = "<SipPeerTelephoneNumbers/>"
            let request = """
                POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\
                Authorization: Basic YWRtaW5pc3RyYXRvcjpvcGVuIHNlc2FtZQ==\r\n\r\n\(body)
                """
            let answer = try await server.exchange(Array(String(repeating: request, count: 3).utf8))
            let statuses = String(decoding: answer, as: UTF8.self).matches(of: #/HTTP/1.1 ([0-9]+) /#).map(\.1)
            #expect(statuses == ["404", "429"])
        }
    }

    /// The same answer for who asks for anything too often; other callers go on.
    @Test(.timeLimit(.minutes(1))) func whoAsksTooOftenWaits() async throws {
        try await TestServer.run(rate: RequestRate(1, per: .seconds(30), burst: 2)) { server in
            let path = "/accounts/\(server.account.id)/sites"
            for _ in 0..<2 { #expect(try await server.send("GET \(path)").hasPrefix("HTTP/1.1 200 OK\r\n")) }
            let answer = try await server.send("POST \(path)", body: Array("<Site/>".utf8))
            #expect(answer.hasPrefix("HTTP/1.1 429 Too Many Requests\r\n"))
            #expect(answer.contains("\r\nX-RateLimit-Reset: 1767225630\r\n") && answer.contains("Connection: close"))
            #expect(answer.hasSuffix("\r\n\r\n"))
            #expect(try await server.send("GET \(path)", caller: "reader").hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(try await server.send("GET \(path)", caller: "wrong").hasPrefix("HTTP/1.1 401 "))
        }
    }

    /// What the vendor says of an account that is locked (4022); a token is not issued either (RFC 6749 section 5.2).
    @Test func nobodyOfASuspendedAccountIsLetIn() async throws {
        try await TestServer.run { server in
            let path = "/accounts/\(server.account.id)/sites"
            _ = try await server.useCases.accounts.suspend(server.account.id)
            for line in ["GET \(path)", "GET /accounts/99/sites"] {
                let answer = try await server.send(line)
                #expect(answer.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
                #expect(
                    answer.contains(
                        "<ErrorCode>4022</ErrorCode><Description>Account '\(server.account.id)' does not exist or is locked<"
                    ))
            }
            let token = try await server.send(
                "POST /api/v1/oauth2/token", headers: ["Content-Type: application/x-www-form-urlencoded"],
                body: Array("grant_type=client_credentials".utf8))
            #expect(token.hasPrefix("HTTP/1.1 400 ") && token.hasSuffix(#"{"error":"unauthorized_client"}"#))
            #expect(try await server.send("GET \(path)", caller: "wrong").hasPrefix("HTTP/1.1 401 "))
            _ = try await server.useCases.accounts.resume(server.account.id)
            #expect(try await server.send("GET \(path)").hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func aConnectionServesOneRequestAfterAnother() async throws {
        try await TestServer.run { server in
            let head = "GET /accounts/1/sites HTTP/1.1\r\nHost: a\r\n"
            let answer = try await server.exchange(Array("\(head)\r\n\(head)Connection: close\r\n\r\n".utf8))
            let text = try #require(String(validating: answer, as: UTF8.self))
            #expect(text.matches(of: /HTTP\/1.1 401 Unauthorized\r\n/).count == 2)
        }
    }
}
