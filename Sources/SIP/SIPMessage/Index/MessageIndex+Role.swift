/// Checks that depend on what the element is or can do; they follow `check`.
extension MessageIndex {
    /// For an element that passes requests on: Max-Forwards is not used up (RFC 3261 section 16.3).
    package func checkForwarding(_ bytes: Span<UInt8>) -> Verdict {
        guard let value = first(.maxForwards), decimal(bytes, value) == 0 else { return .accept }
        return verdict(for: .tooManyHops)
    }

    /// For the element that answers: it has every extension that Require asks for (RFC 3261 section 8.2.2.3). The
    /// refusal lists the others: `MessageWriter.unsupported`. Require in a CANCEL is ignored.
    package func checkExtensions(_ supported: OptionTags, _ bytes: Span<UInt8>) -> Verdict {
        guard has(.require), method != .cancel else { return .accept }
        return optionTags(in: .require, bytes).isSubset(of: supported)
            ? .accept : verdict(for: .unsupportedExtension)
    }

    /// The option tags that Require, Proxy-Require or Supported lists; `.unknown` stands for all those without a name.
    package func optionTags(in name: HeaderName, _ bytes: Span<UInt8>) -> OptionTags {
        var tags: OptionTags = []
        var values = HeaderValues(name)
        while let value = values.next(self, bytes) { tags.insert(OptionTags(bytes, value)) }
        return tags
    }

    /// For the element that answers: the body, if any, is of that type and not encoded (RFC 3261 section 8.2.3).
    /// `type` is written in small letters.
    package func checkContent(_ type: StaticString, _ bytes: Span<UInt8>) -> Verdict {
        guard !body.isEmpty else { return .accept }
        if let encoding = first(.contentEncoding), !bytes.folds(encoding, "identity") {
            return verdict(for: .unsupportedContent)
        }
        guard let value = first(.contentType), bytes.folds(bytes.mediaType(value), type) else {
            return verdict(for: .unsupportedContent)
        }
        return .accept
    }

    /// For the element that answers with a body: Accept allows `application/sdp`, which it does by not being there
    /// (RFC 3261 sections 20.1 and 21.4.7).
    package func checkAcceptsSDP(_ bytes: Span<UInt8>) -> Verdict {
        guard has(.accept) else { return .accept }
        var values = HeaderValues(.accept)
        while let value = values.next(self, bytes) {
            let type = bytes.mediaType(value)
            for range: StaticString in ["application/sdp", "application/*", "*/*"] where bytes.folds(type, range) {
                return .accept
            }
        }
        return verdict(for: .unacceptableAccept)
    }
}

extension Span<UInt8> {
    /// `type/subtype` of a media type or range, without its parameters.
    func mediaType(_ value: ByteRange) -> ByteRange {
        guard contains(value) else { return .empty }
        var end = Int(value.start)
        while end < value.end, byte(end) != UInt8(ascii: ";") { end &+= 1 }
        return ByteRange(proven: Int(value.start), trimEnd(Int(value.start), end))
    }
}
