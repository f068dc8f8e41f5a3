import Foundation
import Hummingbird
import NIOCore
import Provisioning
import ServiceLifecycle

/// Events as they happen, as server-sent events; the stream ends with the reader or with the server.
extension OperatorAPI {
    func events(matching user: String?) throws(OperatorError) -> Response {
        guard streams.enter() else { throw OperatorError(.tooManyStreams) }
        let slot = EventStreamSlot(streams)
        let source = edge.events()
        let body = ResponseBody { writer in
            defer { withExtendedLifetime(slot) {} }
            try await writer.write(ByteBuffer(string: ": events from now on\n\n"))
            for await text in Self.lines(of: source, matching: user).cancelOnGracefulShutdown() {
                try await writer.write(ByteBuffer(string: text))
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
            body: body)
    }

    /// Each event as its lines, and a comment whenever it was quiet for a while.
    private static func lines(of events: AsyncStream<EdgeEvent>, matching user: String?) -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1000))
        let feed = Task {
            await withTaskGroup { group in
                group.addTask {
                    for await event in events where user.map(event.aor.contains) ?? true {
                        continuation.yield(text(of: event))
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

    private static func text(of event: EdgeEvent) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(event) else { return "" }
        return "event: \(event.kind.rawValue)\ndata: \(String(decoding: data, as: UTF8.self))\n\n"
    }
}

/// One of the bounded places for event streams; free again when the answer is gone, also one that never began.
private final class EventStreamSlot: Sendable {
    private let streams: EventStreamCount

    init(_ streams: EventStreamCount) { self.streams = streams }

    deinit { streams.leave() }
}
