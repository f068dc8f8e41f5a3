import Foundation
import Hummingbird
import NIOCore
import Provisioning
import ServiceLifecycle

/// What events are about; the names are those of the query.
enum EventSubject: String, CaseIterable {
    case bindings, registrations
}

/// Events as they happen, as server-sent events; the stream ends with the reader or with the server.
extension OperatorAPI {
    /// - Parameters:
    ///   - subject: `nil` for everything.
    ///   - user: what the address has to hold.
    func events(of subject: EventSubject?, matching user: String?) throws(OperatorError) -> Response {
        guard streams.enter() else { throw OperatorError(.tooManyStreams) }
        let slot = EventStreamSlot(streams)
        let bindings = subject == .registrations ? nil : edge.events()
        let transitions = subject == .bindings ? nil : registrations.transitions()
        let body = ResponseBody { writer in
            defer { withExtendedLifetime(slot) {} }
            try await writer.write(ByteBuffer(string: ": events from now on\n\n"))
            for await text in Self.lines(of: bindings, transitions, matching: user).cancelOnGracefulShutdown() {
                try await writer.write(ByteBuffer(string: text))
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
            body: body)
    }

    /// Each event as its lines, and a comment whenever it was quiet for a while.
    private static func lines(
        of bindings: AsyncStream<EdgeEvent>?, _ registrations: AsyncStream<LiveRegistration>?, matching user: String?
    ) -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1000))
        let feed = Task {
            await withTaskGroup { group in
                if let bindings {
                    group.addTask {
                        for await event in bindings where user.map(event.aor.contains) ?? true {
                            continuation.yield(text(event.kind.rawValue, event))
                        }
                    }
                }
                if let registrations {
                    group.addTask {
                        for await now in registrations where user.map(now.aor.contains) ?? true {
                            continuation.yield(text("registration", now))
                        }
                    }
                }
                group.addTask {
                    while (try? await Task.sleep(for: OperatorLimits.heartbeat)) != nil { continuation.yield(":\n\n") }
                }
                await group.next()
                group.cancelAll()
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in feed.cancel() }
        return stream
    }

    private static func text(_ name: String, _ event: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(event) else { return "" }
        return "event: \(name)\ndata: \(String(decoding: data, as: UTF8.self))\n\n"
    }
}

/// One of the bounded places for event streams; free again when the answer is gone, also one that never began.
private final class EventStreamSlot: Sendable {
    private let streams: EventStreamCount

    init(_ streams: EventStreamCount) { self.streams = streams }

    deinit { streams.leave() }
}
