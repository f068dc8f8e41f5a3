import DialectKit

/// The body of a request in XML: within its limits, and the same tree once it is written and read again.
enum XMLTarget {
    static func check(_ bytes: [UInt8]) throws(Violation) {
        guard case .success(let tree) = read(bytes) else { return }
        try checkTree(tree, depth: 1)
        try checkLimits(bytes, tree)
        guard isWritable(tree) else { return }
        var text = ""
        write(tree, to: &text)
        switch read(Array(text.utf8)) {
        case .success(let again): try hold(again == tree, "a tree is written as it was read")
        case .failure(let fault): throw Violation(description: "what was written can be read: \(fault)")
        }
    }

    private static func read(_ bytes: [UInt8], _ limits: XMLLimits = XMLLimits()) -> Result<XMLTree, XMLFault> {
        Result { () throws(XMLFault) in try XMLTree(reading: bytes, limits: limits) }
    }

    private static func checkTree(_ tree: XMLTree, depth: Int) throws(Violation) {
        try hold(depth <= XMLLimits().depth, "a tree is no deeper than the limit")
        try hold(tree.text.utf8.first.map(isSpace) != true, "texts are trimmed in front")
        try hold(tree.text.utf8.last.map(isSpace) != true, "texts are trimmed behind")
        for child in tree.children { try checkTree(child, depth: depth + 1) }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    /// Tighter limits refuse what is beyond them and change nothing else.
    private static func checkLimits(_ bytes: [UInt8], _ tree: XMLTree) throws(Violation) {
        var limits = XMLLimits()
        (limits.depth, limits.elements) = (3, 8)
        let isWithin = depth(tree) <= 3 && elements(tree) <= 8
        switch read(bytes, limits) {
        case .success(let again): try hold(isWithin && again == tree, "a tree within the limits is read, no other")
        case .failure(let fault):
            try hold(!isWithin && fault == .tooComplex, "what is beyond the limits is too complex")
        }
    }

    private static func depth(_ tree: XMLTree) -> Int { 1 + (tree.children.map(depth).max() ?? 0) }

    private static func elements(_ tree: XMLTree) -> Int { 1 + tree.children.map(elements).reduce(0, +) }

    /// Without its prefix a name may be none: `a:1` is `1`.
    private static func isWritable(_ tree: XMLTree) -> Bool {
        guard let first = tree.name.unicodeScalars.first, first.properties.isAlphabetic || first == "_" else {
            return false
        }
        return tree.children.allSatisfy(isWritable)
    }

    private static func write(_ tree: XMLTree, to text: inout String) {
        text += "<\(tree.name)>"
        for scalar in tree.text.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\r": text += "&#13;"
            default: text.unicodeScalars.append(scalar)
            }
        }
        for child in tree.children { write(child, to: &text) }
        text += "</\(tree.name)>"
    }
}
