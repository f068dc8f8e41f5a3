import Glibc

/// libFuzzer's way in: `FUZZ_TARGET` names the target. A property that does not hold ends the program, which is a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do throws(Violation) {
        try chosen.check(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        say("\(chosen.rawValue): \(error)")
        abort()
    }
    return 0
}

private let chosen: FuzzTarget = {
    let name = unsafe getenv("FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        say("FUZZ_TARGET must be one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))")
        exit(64)
    }
    return target
}()

private func say(_ text: String) {
    print(text)
    fflush(nil)
}
