import DialectKit
import Foundation
package import HTTPTypes
package import Hummingbird
import Logging
import NIOCore
import Provisioning

/// A refusal of the operator's listener that is not a broken rule of the model.
package struct OperatorError: Error, Equatable {
    package enum Kind: String, CaseIterable, Sendable {
        case unauthorized, foreignOrigin, notFound, bodyTooLarge, tooManyStreams, drained, internalFault
    }

    package let kind: Kind

    package init(_ kind: Kind) { self.kind = kind }

    package var status: HTTPResponse.Status {
        switch kind {
        case .unauthorized: .unauthorized
        case .foreignOrigin: .forbidden
        case .notFound: .notFound
        case .bodyTooLarge: .contentTooLarge
        case .tooManyStreams: .serviceUnavailable
        case .drained: .conflict
        case .internalFault: .internalServerError
        }
    }

    package var message: String {
        switch kind {
        case .unauthorized:
            "Sign in as user \"operator\" with the token in operator.json in the data directory, or send it as a Bearer token."
        case .foreignOrigin: "A change must not come from another site's page."
        case .notFound: "There is nothing at this path."
        case .bodyTooLarge: "The body is larger than \(OperatorLimits.body) bytes."
        case .tooManyStreams: "At most \(OperatorLimits.eventStreams) event streams can be open."
        case .drained: "The server is drained: no registration is tried until it is started anew."
        case .internalFault: "Something in Demarc failed; the log says what."
        }
    }
}

/// Turns whatever a handler throws into `{"error": {"code", "field", "message", "faults"}}`.
package struct OperatorErrorAnswers: RouterMiddleware {
    package typealias Context = OperatorContext

    package init() {}

    package func handle(
        _ request: Request, context: OperatorContext,
        next: @concurrent (Request, OperatorContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as ProvisioningError {
            response = answer(error)
        } catch let error as OperatorError {
            response = answer(error)
        } catch let error as any HTTPResponseError {
            response = answer(OperatorError(kind(of: error.status)))
        } catch is NIOTooManyBytesError {
            response = answer(OperatorError(.bodyTooLarge))
        } catch {
            context.logger.error("request failed", metadata: ["error": "\(error)"])
            response = answer(OperatorError(.internalFault))
        }
        response.headers[.cacheControl] = "no-store"
        response.headers[.xContentTypeOptions] = "nosniff"
        return response
    }

    private func kind(of status: HTTPResponse.Status) -> OperatorError.Kind {
        switch status {
        case .notFound: .notFound
        case .contentTooLarge: .bodyTooLarge
        default: .internalFault
        }
    }

    private func answer(_ error: ProvisioningError) -> Response {
        let faults = error.faults.map { fault in
            OperatorWire.NamedFault(
                code: fault.rule.rawValue, field: fault.field, message: OperatorErrorTable.message(of: fault))
        }
        var response = answer(faults, status: OperatorErrorTable.row(for: error.first.rule).status)
        if error.first.rule.saysWhenToComeBack { response.headers[.retryAfter] = error.first.values.first }
        return response
    }

    private func answer(_ error: OperatorError) -> Response {
        let fault = OperatorWire.NamedFault(code: error.kind.rawValue, field: "", message: error.message)
        var response = answer([fault], status: error.status)
        if error.kind == .unauthorized {
            response.headers[.wwwAuthenticate] = "Basic realm=\"Demarc operator\", charset=\"UTF-8\""
        }
        return response
    }

    private func answer(_ faults: [OperatorWire.NamedFault], status: HTTPResponse.Status) -> Response {
        let reason = OperatorWire.Reason(
            code: faults[0].code, field: faults[0].field, message: faults[0].message, faults: faults)
        return Response(json: OperatorWire.Failure(error: reason), status: status)
    }
}

extension Response {
    /// A JSON answer with stable key order; a value that cannot be written becomes a 500.
    init(json value: some Encodable, status: HTTPResponse.Status = .ok) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var data = try? encoder.encode(value) else {
            self.init(status: .internalServerError)
            return
        }
        data.append(0x0A)
        self.init(
            status: status, headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }
}
