package import Provisioning

/// Registrations elsewhere and callbacks, as `/v1` says them.
extension OperatorWire {
    /// How a registration stands, and how it came to.
    package struct Registration: Codable, Sendable, Equatable {
        package var now: LiveRegistration
        /// Oldest first.
        package var history: [Transition]

        /// How it came to stand as it did; times in milliseconds since 1970.
        package struct Transition: Codable, Sendable, Equatable {
            package var state: LiveRegistration.State
            package var status: Int
            package var first: Int64
            package var last: Int64
            package var count: Int
        }

        init(now: LiveRegistration, history: [RegistrationTransition]) {
            self.now = now
            self.history = history.map {
                Transition(
                    state: $0.state, status: $0.status, first: $0.first * 1000, last: $0.last * 1000, count: $0.count)
            }
        }
    }

    /// How many registrations were not given up in time.
    package struct Drained: Codable, Sendable, Equatable {
        package var remaining: Int
    }

    /// Something that an account's own server is told; times in milliseconds since 1970.
    package struct Callback: Codable, Sendable, Equatable {
        package enum State: String, Codable, Sendable, CaseIterable {
            case waiting
            case givenUp = "given-up"
        }

        package var id: Int64
        package var account: Int64
        package var state: State
        /// The vendor's name of what happened.
        package var type: String
        /// The registrations that it is about.
        package var registrations: [Int64]
        package var at: Int64
        /// Tries that failed.
        package var attempts: Int
        /// Missing where there is no more try.
        package var nextTry: Int64?
        /// Why the last try failed.
        package var failure: String?

        init(_ callback: Provisioning.Callback) {
            id = callback.id.rawValue
            account = callback.account.rawValue
            state = callback.givenUp == nil ? .waiting : .givenUp
            type = callback.event.name
            registrations = callback.event.registrations
            at = callback.at.milliseconds
            attempts = callback.attempts
            nextTry = callback.givenUp == nil ? callback.nextTry.milliseconds : nil
            failure = callback.failure
        }
    }
}
