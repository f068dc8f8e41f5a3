import Testing

/// A port that was found free is free, whatever else the tests start meanwhile.
@Suite struct FreePortTests {
    @Test func whileChildrenStart() async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<50 { _ = try await ChildProcess.run("/bin/true", []) }
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    try await onThread {
                        for _ in 0..<3000 { _ = try LoopbackSocket(.udp, to: nil, at: LoopbackSocket.freePort()) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
