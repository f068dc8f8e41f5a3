import Provisioning
import Store
import Synchronization
import TestSupport
import Testing

/// Carriers, costs and routes in the store: changes are logged, accounts kept apart, references held.
@Suite struct CarrierTests {
    private struct House {
        let home: TemporaryStore
        let tenant: Tenant
        let stranger: Tenant

        init(observers: [any ChangeObserver] = [], features: Set<ProductFeature> = [.termination]) async throws {
            home = try TemporaryStore(observers: observers)
            tenant = try await home.tenant("tenant", features: features)
            stranger = try await home.tenant("stranger")
        }

        var useCases: UseCases { home.useCases() }

        func carrier(_ name: String = "c", by caller: Caller? = nil) async throws -> Carrier {
            var details = CarrierDetails()
            details.name = name
            details.destination = CarrierTargets("a")
            return try await useCases.carriers.create(
                CarrierDraft(details: details), by: caller ?? tenant.administrator)
        }

        func draft(to carrier: CarrierID) -> CarrierRoutes.Draft {
            var details = CarrierRouteDetails()
            details.called.prefix = "+"
            details.choices[0] = .carrier(carrier)
            return CarrierRoutes.Draft(details: details)
        }
    }

    private final class Log: ChangeObserver {
        private let subjects = Mutex([String]())

        func committed(_ changes: [Change]) {
            subjects.withLock { subjects in
                subjects += changes.compactMap { change in
                    switch change.subject {
                    case .carrier(let carrier): "carrier \(carrier.id)"
                    case .carrierDeleted(let carrier): "no carrier \(carrier.id)"
                    case .carrierCost(let cost): "cost \(cost.id)"
                    case .carrierCostDeleted(let cost): "no cost \(cost.id)"
                    case .carrierRoute(let route): "route \(route.id)"
                    case .carrierRouteDeleted(let route): "no route \(route.id)"
                    case .dialPlan(let plan): "plan \(plan.name) of \(change.account)"
                    case .currency(let currency): "currency \(currency.code) of \(change.account)"
                    default: nil
                    }
                }
            }
        }

        var all: [String] { subjects.withLock { $0 } }
    }

    @Test func everyChangeIsLogged() async throws {
        let log = Log()
        let house = try await House(observers: [log])
        let (useCases, caller) = (house.useCases, house.tenant.administrator)
        let carrier = try await house.carrier()
        try await useCases.carriers.update(carrier.id, by: caller) { CarrierDraft(details: $0) }
        let cost = try #require(
            try await useCases.carrierCosts.create(CarrierCostDetails(carrier: carrier.id), by: caller))
        try await useCases.carrierCosts.delete(cost.id, by: caller)
        let route = try #require(try await useCases.carrierRoutes.create(house.draft(to: carrier.id), by: caller))
        try await useCases.carrierRoutes.update(route.id, by: caller) { CarrierRoutes.Draft(details: $0) }
        try await useCases.carrierRoutes.delete(route.id, by: caller)
        try await useCases.carriers.delete(carrier.id, by: caller)
        try await useCases.numberFormats.add(DialPlan(name: "uk", international: "00"))
        try await useCases.numberFormats.add(CostCurrency(code: "ISK"))
        #expect(
            log.all == [
                "carrier 1", "carrier 1", "cost 1", "no cost 1", "route 1", "route 1", "no route 1", "no carrier 1",
                "plan uk of 0", "currency ISK of 0",
            ])
    }

    @Test func aCheckStoresNothing() async throws {
        let log = Log()
        let house = try await House(observers: [log])
        let (useCases, caller) = (house.useCases, house.tenant.administrator)
        let carrier = try await house.carrier()
        try await useCases.carriers.check(CarrierDraft(details: carrier.details), by: caller)
        try await useCases.carriers.update(carrier.id, by: caller, onlyChecks: true) { CarrierDraft(details: $0) }
        _ = try await useCases.carrierCosts.create(
            CarrierCostDetails(carrier: carrier.id), onlyChecks: true, by: caller)
        _ = try await useCases.carrierRoutes.create(house.draft(to: carrier.id), onlyChecks: true, by: caller)
        #expect(log.all == ["carrier 1"])
    }

    @Test func costsGoWithTheirCarrierAndRoutesHoldIt() async throws {
        let house = try await House()
        let (useCases, caller) = (house.useCases, house.tenant.administrator)
        let carrier = try await house.carrier()
        let cost = try #require(
            try await useCases.carrierCosts.create(CarrierCostDetails(carrier: carrier.id), by: caller))
        var draft = house.draft(to: carrier.id)
        draft.details.choices = [.leastCost, .none, .none]
        draft.details.copiesCostsOf = carrier.id
        let route = try #require(try await useCases.carrierRoutes.create(draft, by: caller))
        #expect(
            await faults { () throws(ProvisioningError) in try await useCases.carriers.delete(carrier.id, by: caller) }
                .map(\.rule) == [.carrierInUse])
        try await useCases.carrierRoutes.delete(route.id, by: caller)
        try await useCases.carriers.delete(carrier.id, by: caller)
        #expect(
            await faults { () throws(ProvisioningError) in try await useCases.carrierCosts.get(cost.id, by: caller) }
                .map(\.rule) == [.carrierCostUnknown])
    }

    @Test func anotherAccountSeesAndNamesNothing() async throws {
        let house = try await House()
        let (useCases, stranger) = (house.useCases, house.stranger.administrator)
        let carrier = try await house.carrier()
        func rules<Result>(_ body: () async throws(ProvisioningError) -> Result) async -> [Rule] {
            await faults(body).map(\.rule)
        }
        #expect(
            await rules { () throws(ProvisioningError) in try await useCases.carriers.get(carrier.id, by: stranger) }
                == [.carrierUnknown])
        #expect(
            await rules { () throws(ProvisioningError) in
                try await useCases.carrierRoutes.create(house.draft(to: carrier.id), by: stranger)
            } == [.carrierReferenceUnknown])
        #expect(
            await rules { () throws(ProvisioningError) in
                try await useCases.carrierCosts.create(CarrierCostDetails(carrier: carrier.id), by: stranger)
            } == [.carrierReferenceUnknown])
        #expect(try await useCases.carriers.list(by: stranger).isEmpty)
        #expect(
            await rules { () throws(ProvisioningError) in
                try await useCases.carrierCosts.list(of: carrier.id, by: stranger)
            } == [.carrierUnknown])
    }

    @Test func aReaderChangesNothing() async throws {
        let house = try await House()
        let (useCases, reader) = (house.useCases, house.tenant.reader)
        let carrier = try await house.carrier()
        let refused = await [
            faults { () throws(ProvisioningError) in
                try await useCases.carriers.create(CarrierDraft(details: carrier.details), by: reader)
            },
            faults { () throws(ProvisioningError) in try await useCases.carriers.delete(carrier.id, by: reader) },
            faults { () throws(ProvisioningError) in
                try await useCases.carriers.update(carrier.id, by: reader) { CarrierDraft(details: $0) }
            },
            faults { () throws(ProvisioningError) in
                try await useCases.carrierRoutes.create(house.draft(to: carrier.id), by: reader)
            },
            faults { () throws(ProvisioningError) in
                try await useCases.carrierCosts.create(CarrierCostDetails(carrier: carrier.id), by: reader)
            },
        ]
        for faults in refused { #expect(faults.map(\.rule) == [.forbidden]) }
        #expect(try await useCases.carriers.list(by: reader).map(\.id) == [carrier.id])
    }

    @Test(arguments: [(CallMedia.message, ProductFeature.messaging), (.voice, .termination)])
    func aRouteNeedsItsProduct(media: CallMedia, feature: ProductFeature) async throws {
        for features in [Set(ProductFeature.allCases).subtracting([feature]), [feature]] {
            let house = try await House(features: features)
            var draft = house.draft(to: try await house.carrier().id)
            draft.details.media = media
            let rules = await faults { () throws(ProvisioningError) in
                try await house.useCases.carrierRoutes.create(draft, by: house.tenant.administrator)
            }.map(\.rule)
            #expect(rules == (features.contains(feature) ? [] : [.routeProductMissing]))
        }
    }

    @Test func operatorsAddFormsAndCurrencies() async throws {
        let house = try await House()
        let formats = house.useCases.numberFormats
        #expect(try await formats.dialPlans().filter(\.isDefault).map(\.name) == ["e164"])
        #expect(try await formats.currencies().filter(\.isDefault).map(\.code) == ["USD"])
        try await formats.add(DialPlan(name: "uk", international: "00", isDefault: true))
        try await formats.add(CostCurrency(code: "ISK", isDefault: true))
        #expect(try await formats.dialPlans().filter(\.isDefault).map(\.name) == ["uk"])
        let carrier = try await house.carrier()
        #expect(carrier.details.calledDialPlan == "uk" && carrier.details.currency == "ISK")
        func rules(_ body: () async throws(ProvisioningError) -> Void) async -> [Rule] {
            await faults(body).map(\.rule)
        }
        #expect(
            await rules { () throws(ProvisioningError) in try await formats.add(CostCurrency(code: "isk")) }
                == [.currencyInvalid])
        #expect(
            await rules { () throws(ProvisioningError) in try await formats.add(CostCurrency(code: "ISK")) }
                == [.currencyTaken])
        #expect(
            await rules { () throws(ProvisioningError) in
                try await formats.add(DialPlan(name: "uk", international: ""))
            } == [.dialPlanTaken])
        for plan in [
            DialPlan(name: "u k", international: ""), DialPlan(name: "", international: ""),
            DialPlan(name: "a", international: "x"),
            DialPlan(name: "a", international: "", national: .init(countryCode: "x", prefix: "")),
        ] {
            #expect(
                await rules { () throws(ProvisioningError) in try await formats.add(plan) } == [.dialPlanInvalid])
        }
    }
}
