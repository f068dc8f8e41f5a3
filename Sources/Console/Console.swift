import HTTPTypes
package import Hummingbird
import Mustache
package import Provisioning

/// Pages of what is live: listeners, totals, bindings, registrations elsewhere, calls, refusals, bans, credentials, trunks.
///
/// They only read, need no script, and stand behind the sign-in of the operator's listener.
package struct Console: Sendable {
    let useCases: UseCases
    let edge: any LiveEdge
    let registrations: any LiveRegistrations
    let version: String
    let uptime: @Sendable () -> Duration
    let now: @Sendable () -> Timestamp
    let httpListeners: @Sendable () -> [String]
    private let template: MustacheTemplate
    private let registrationTemplate: MustacheTemplate
    private let callTemplate: MustacheTemplate

    /// Throws when a page's template does not parse.
    package init(
        useCases: UseCases, edge: any LiveEdge, registrations: any LiveRegistrations, version: String,
        uptime: @escaping @Sendable () -> Duration, now: @escaping @Sendable () -> Timestamp,
        httpListeners: @escaping @Sendable () -> [String]
    ) throws {
        self.useCases = useCases
        self.edge = edge
        self.registrations = registrations
        self.version = version
        self.uptime = uptime
        self.now = now
        self.httpListeners = httpListeners
        template = try MustacheTemplate(string: ConsoleTemplate.page)
        registrationTemplate = try MustacheTemplate(string: RegistrationTemplate.page)
        callTemplate = try MustacheTemplate(string: CallTemplate.page)
    }

    /// Adds `/`, a page for each registration elsewhere and each call, and their style sheet.
    package func addRoutes(to router: Router<some RequestContext>) {
        router.get("/") { _, _ in
            let page = await ConsolePage(console: self)
            return answer(template, page.content)
        }
        router.get("/registrations/:registration") { _, context in
            guard let id = context.parameters.get("registration").flatMap({ OutboundRegistrationID($0) }),
                let page = RegistrationPage(id, console: self)
            else { throw ProvisioningError(.registrationUnknown, field: "registration") }
            return answer(registrationTemplate, page.content)
        }
        router.get("/accounts/:account/calls/:call") { _, context in
            guard let account = context.parameters.get("account").flatMap({ AccountID($0) }),
                let call = context.parameters.get("call")
            else { throw ProvisioningError(.accountUnknown, field: "account") }
            return answer(callTemplate, try await CallPage(call, of: account, console: self).content)
        }
        router.get("/console.css") { _, _ in answer(PageFrame.style, type: "text/css; charset=utf-8") }
    }

    private func answer(_ template: MustacheTemplate, _ content: [String: Any]) -> Response {
        answer(template.render(content), type: "text/html; charset=utf-8")
    }

    private func answer(_ text: String, type: String) -> Response {
        var headers: HTTPFields = [.contentType: type]
        headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
