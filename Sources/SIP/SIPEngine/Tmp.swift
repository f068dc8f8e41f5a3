import SIPMessage
extension SIPURI { func isEquivalent(_ b: Span<UInt8>, to o: SIPURI, _ ob: Span<UInt8>) -> Bool { false }
 }
