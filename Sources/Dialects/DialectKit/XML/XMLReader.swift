import CExpat

/// Why a document was not read.
package enum XMLFault: Error, Equatable {
    /// Not well-formed, or no XML at all.
    case malformed
    /// Bytes that are not in the declared encoding, or an encoding that we do not read.
    case encoding
    /// A document type declaration: we read none, so that no entity can be defined or fetched.
    case documentType
    /// Deeper or with more elements than the limits allow.
    case tooComplex
}

/// What a document may cost.
package struct XMLLimits: Sendable {
    package var depth = 32
    package var elements = 20_000

    package init() {}
}

extension XMLTree {
    /// Reads a document in UTF-8, UTF-16, ISO-8859-1 or ASCII, as its byte order mark or declaration says.
    package init(reading bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws(XMLFault) {
        self = try TreeBuilder(limits: limits).tree(of: try XMLText.utf8(bytes))
    }
}

/// Builds a tree from what expat reports of one document.
@safe private final class TreeBuilder {
    private let limits: XMLLimits
    private var open: [XMLTree] = []
    private var count = 0
    private var root: XMLTree?
    /// Why we stopped the parser; `nil` where it found the fault itself.
    private var fault: XMLFault?
    private let parser: XML_Parser?

    init(limits: XMLLimits) {
        self.limits = limits
        unsafe parser = XML_ParserCreate("UTF-8")
    }

    deinit { unsafe XML_ParserFree(parser) }

    func tree(of text: ArraySlice<UInt8>) throws(XMLFault) -> XMLTree {
        guard unsafe parser != nil, let length = Int32(exactly: text.count) else { throw .tooComplex }
        unsafe XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        unsafe XML_SetStartDoctypeDeclHandler(parser) { builder, _, _, _, _ in
            unsafe TreeBuilder.behind(builder)?.stop(.documentType)
        }
        unsafe XML_SetElementHandler(
            parser,
            { builder, name, _ in unsafe TreeBuilder.behind(builder)?.begin(name) },
            { builder, _ in unsafe TreeBuilder.behind(builder)?.end() })
        unsafe XML_SetCharacterDataHandler(parser) { builder, text, length in
            unsafe TreeBuilder.behind(builder)?.add(UnsafeRawBufferPointer(start: text, count: Int(length)))
        }
        let status = unsafe text.withUnsafeBytes { bytes in
            unsafe XML_Parse(parser, bytes.assumingMemoryBound(to: CChar.self).baseAddress, length, 1)
        }
        if let fault { throw fault }
        guard status == XML_STATUS_OK, let root else { throw .malformed }
        return root
    }

    private static func behind(_ pointer: UnsafeMutableRawPointer?) -> TreeBuilder? {
        unsafe pointer.map { unsafe Unmanaged<TreeBuilder>.fromOpaque($0).takeUnretainedValue() }
    }

    private func stop(_ fault: XMLFault) {
        self.fault = fault
        _ = unsafe XML_StopParser(parser, 0)
    }

    private func begin(_ name: UnsafePointer<CChar>?) {
        guard let name = unsafe name, fault == nil else { return }
        count += 1
        guard open.count < limits.depth, count <= limits.elements else { return stop(.tooComplex) }
        open.append(XMLTree(name: Self.localName(unsafe String(cString: name))))
    }

    private func add(_ bytes: UnsafeRawBufferPointer) {
        guard !open.isEmpty else { return }
        open[open.count - 1].text += unsafe String(decoding: bytes, as: UTF8.self)
    }

    private func end() {
        guard var element = open.popLast() else { return }
        element.text = XMLText.trimmed(element.text)
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].children.append(element)
        }
    }

    private static func localName(_ name: String) -> String {
        guard let colon = name.utf8.lastIndex(of: UInt8(ascii: ":")) else { return name }
        return String(name[name.utf8.index(after: colon)...])
    }
}
