import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
package import Provisioning

/// An address check behind an HTTP URL: the address is posted as JSON, and `{"valid": true}` or `{"valid": false}` is the answer.
///
/// Anything else, and silence for longer than the timeout, is `unavailable`.
package struct HTTPAddressCheck: AddressCheck {
    private let url: String
    private let timeout: Duration
    private let log: Logger

    init(url: String, timeout: Duration = .seconds(3), log: Logger) {
        self.url = url
        self.timeout = timeout
        self.log = log
    }

    package func check(_ address: PostalAddress) async -> AddressVerdict {
        let verdict = await ask(address)
        if case .unavailable(let reason) = verdict {
            log.warning("address check failed", metadata: ["reason": "\(reason)"])
        }
        return verdict
    }

    private func ask(_ address: PostalAddress) async -> AddressVerdict {
        do {
            var request = HTTPClientRequest(url: url)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(Question(address))))
            let limit = TimeAmount.nanoseconds(Int64(timeout / .nanoseconds(1)))
            let response = try await HTTPClient.impatient.execute(request, timeout: limit)
            guard response.status == .ok else { return .unavailable("status \(response.status.code)") }
            let body = try await response.body.collect(upTo: 64 * 1024)
            let answer = try JSONDecoder().decode(Answer.self, from: Data(body.readableBytesView))
            return answer.valid ? .valid : .notRecognized
        } catch {
            return .unavailable("\(error)")
        }
    }

    private struct Answer: Decodable {
        let valid: Bool
    }

    private struct Question: Encodable {
        let houseNumber, streetName, city, stateCode, zip, country: String
        let housePrefix, houseSuffix, preDirectional, streetSuffix, postDirectional: String?
        let addressLine2, plusFour, county: String?

        init(_ address: PostalAddress) {
            houseNumber = address.houseNumber
            streetName = address.streetName
            city = address.city
            stateCode = address.stateCode
            zip = address.zip
            country = address.country
            housePrefix = address.housePrefix
            houseSuffix = address.houseSuffix
            preDirectional = address.preDirectional
            streetSuffix = address.streetSuffix
            postDirectional = address.postDirectional
            addressLine2 = address.addressLine2
            plusFour = address.plusFour
            county = address.county
        }
    }
}
