/// A description of an API for programs to read.
package struct PublishedDocument: Sendable {
    /// Of the file, such as `enswitch.json`.
    package let name: String
    package let title: String
    package let mediaType: String
    package let text: String

    package init(name: String, title: String, mediaType: String, text: String) {
        self.name = name
        self.title = title
        self.mediaType = mediaType
        self.text = text
    }

    package init(name: String, _ document: OpenAPI) {
        self.init(name: name, title: document.title, mediaType: "application/json", text: document.json.text)
    }
}
