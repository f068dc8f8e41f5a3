import SIPMessage

/// libFuzzer's way in: reads one message and everything in it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMessage(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    unsafe UnsafeBufferPointer(start: start, count: count).withSpan { MessageFuzz.run($0) }
    return 0
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func withSpan(_ body: (Span<UInt8>) -> Void) { unsafe body(span) }
}
