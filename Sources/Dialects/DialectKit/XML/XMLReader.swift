import Foundation
import FoundationXML

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
        let text = try XMLText.utf8(bytes)
        guard !XMLText.hasDeclaration(text) else { throw .documentType }
        guard !XMLText.hasInstruction(text) else { throw .malformed }
        let builder = TreeBuilder(limits: limits)
        let parser = XMLParser(data: Data(text))
        parser.delegate = builder
        parser.shouldResolveExternalEntities = false
        let isRead = parser.parse()
        guard !builder.isTooComplex else { throw .tooComplex }
        // The parser takes what stands behind the root element for no failure, but it remembers it as its error.
        let hasMore = (parser.parserError as? NSError)?.code == Self.documentEndError
        guard isRead, !hasMore, let root = builder.root else { throw .malformed }
        self = root
    }

    /// libxml2's number for content behind the document's end; Foundation's constants are off by one here.
    private static var documentEndError: Int { 5 }
}

/// Builds the tree from the parser's events.
private final class TreeBuilder: NSObject, XMLParserDelegate {
    private let limits: XMLLimits
    private var open: [XMLTree] = []
    private var count = 0
    private(set) var root: XMLTree?
    private(set) var isTooComplex = false

    init(limits: XMLLimits) { self.limits = limits }

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        count += 1
        guard open.count < limits.depth, count <= limits.elements else {
            isTooComplex = true
            return parser.abortParsing()
        }
        open.append(XMLTree(name: Self.localName(elementName)))
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        guard !open.isEmpty else { return }
        open[open.count - 1].text += string
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        self.parser(parser, foundCharacters: String(decoding: block, as: UTF8.self))
    }

    func parser(_ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName: String?) {
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
