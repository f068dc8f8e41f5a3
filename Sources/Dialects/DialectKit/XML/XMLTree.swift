/// An element of a document that was read: attributes, comments and name space prefixes are gone, values are trimmed.
package struct XMLTree: Sendable, Equatable {
    package let name: String
    /// What stands directly in the element, without white space at either end.
    package internal(set) var text = ""
    /// In the order in which they stood.
    package internal(set) var children: [XMLTree] = []

    /// The first child of that name.
    package subscript(name: String) -> XMLTree? { children.first { $0.name == name } }

    package func children(_ name: String) -> [XMLTree] { children.filter { $0.name == name } }

    /// The text of the first child of that name: `nil` where there is no such child, empty where it holds none.
    package func text(_ name: String) -> String? { self[name]?.text }

    /// The text of the first child of that name, or `nil` where it is missing or empty.
    package func value(_ name: String) -> String? { text(name).flatMap { $0.isEmpty ? nil : $0 } }

    /// Whether the element holds neither text nor elements.
    package var isEmpty: Bool { text.isEmpty && children.isEmpty }
}
