import Provisioning

/// A SIP side that keeps no registrations elsewhere.
struct NoRegistrations: LiveRegistrations {
    func registration(_ id: OutboundRegistrationID) -> LiveRegistration? { nil }
    func registrations(matching query: LiveRegistrationQuery) -> [LiveRegistration] { [] }
    func history(of id: OutboundRegistrationID) -> [RegistrationTransition] { [] }
    func retry(_ id: OutboundRegistrationID) -> Bool { false }
    func drain() async -> Int { 0 }
    func transitions() -> AsyncStream<LiveRegistration> { AsyncStream { _ in } }
    func registrationCounters() -> RegistrationCounters { RegistrationCounters() }
}
