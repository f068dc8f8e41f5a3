/// The rules of calls as a person would say them, and which calls they let through; it shares nothing with the planner.
package struct PolicyRules {
    /// How far somebody's calls go.
    package enum Reach: Int, Comparable, CaseIterable, Sendable {
        case nothing, lite, domestic, all

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

        /// As the dialects write it; nothing has no name.
        package var name: String { ["", "LITE", "DOMESTIC", "ALL"][rawValue] }
    }

    /// What is called, from an account in the US.
    package enum Called: CaseIterable, Sendable {
        case home, free, premium, canada, britain

        /// The least that somebody must have.
        package var needs: Reach {
            switch self {
            case .home: .lite
            case .free, .premium: .domestic
            case .canada, .britain: .all
            }
        }

        package var country: String {
            switch self {
            case .home, .free, .premium: "US"
            case .canada: "CA"
            case .britain: "GB"
            }
        }

        /// A number of its kind that no other call has.
        package func number(_ index: Int) -> String {
            let front =
                switch self {
                case .home: "+120255"
                case .free: "+180055"
                case .premium: "+190055"
                case .canada: "+141655"
                case .britain: "+4420794"
                }
            return front + String(String(100_000 + index % 100_000).suffix(5))
        }

        /// The ways in which people in the US dial it.
        package func dialled(_ number: String) -> [String] {
            let digits = String(number.dropFirst())
            return self == .britain ? [number, "011\(digits)"] : [number, digits, String(digits.dropFirst())]
        }
    }

    /// An account with one carrier.
    package struct House: Sendable {
        package var isActive = true
        package var hasProduct = true
        package var ceiling = Reach.all
        /// Nil is every country.
        package var countries: [String]?
        /// Calls that its carrier takes at a time.
        package var room = 3

        package init() {}

        /// One with rights at random.
        package static func random(using random: inout SeededRandom) -> House {
            let countries: [[String]?] = [nil, nil, ["US"], ["US", "CA"], ["US", "GB"], ["GB"]]
            var house = House()
            house.room = .random(in: 2...5, using: &random)
            house.ceiling = [Reach.lite, .domestic, .all, .all].randomElement(using: &random) ?? .all
            house.hasProduct = Double.random(in: 0..<1, using: &random) < 0.85
            house.countries = countries.randomElement(using: &random) ?? nil
            return house
        }
    }

    /// What an operator says of somebody.
    package struct Grant: Sendable {
        package var reach: Reach?
        package var room: Int?
        package var isEnabled = true

        package static func random(using random: inout SeededRandom) -> Grant {
            func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }
            return Grant(
                reach: chance(0.7) ? [Reach.lite, .domestic, .all].randomElement(using: &random) : nil,
                room: chance(0.5) ? .random(in: 1...2, using: &random) : nil, isEnabled: !chance(0.15))
        }
    }

    package struct Person: Sendable, CustomStringConvertible {
        package let house: Int
        package let description: String
        package var reach: Reach
        package var isEnabled = true
        package var room: Int?

        package init(house: Int, _ description: String, reach: Reach) {
            (self.house, self.description, self.reach) = (house, description, reach)
        }

        /// - Parameter isNeeded: whether the person reaches nothing that no grant names.
        package mutating func take(_ grant: Grant?, isNeeded: Bool) {
            reach = min(reach, grant?.reach ?? (isNeeded ? .nothing : .all))
            room = grant?.room
            isEnabled = grant?.isEnabled ?? true
        }
    }

    package var houses: [House] = []
    package var people: [Person] = []
    /// Calls that are up, by who made them.
    package private(set) var held: [Int: Int] = [:]

    package init() {}

    /// Whether a call of that person reaches the carrier of its house, were there room.
    package func allow(_ person: Int, calling called: Called) -> Bool {
        let who = people[person]
        let house = houses[who.house]
        return house.isActive && house.hasProduct && who.isEnabled && min(who.reach, house.ceiling) >= called.needs
            && (house.countries.map { $0.contains(called.country) } ?? true)
    }

    /// Whether there is room for one more call of that person at its carrier.
    package func hasRoom(for person: Int) -> Bool {
        let house = people[person].house
        let others = held.filter { people[$0.key].house == house }.values.reduce(0, +)
        return held[person, default: 0] < people[person].room ?? .max && others < houses[house].room
    }

    package mutating func begin(_ person: Int) { held[person, default: 0] += 1 }

    package mutating func end(_ person: Int) { held[person, default: 0] -= 1 }
}
