import Hummingbird
import Provisioning

/// Sites and their trunks, to read; they are made through the dialects.
extension OperatorAPI {
    func addTrunkRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("accounts/:account/sites") { _, context in
            let caller = try await administrator(of: try context.account())
            let sites = try await useCases.sites.list(by: caller)
            return Response(json: OperatorWire.Items(items: sites.map(OperatorWire.Site.init)))
        }
        v1.get("accounts/:account/trunks") { _, context in
            let caller = try await administrator(of: try context.account())
            var trunks: [OperatorWire.Trunk] = []
            for site in try await useCases.sites.list(by: caller) {
                trunks += try await useCases.trunks.list(in: site.id, by: caller).map(OperatorWire.Trunk.init)
            }
            return Response(json: OperatorWire.Items(items: trunks))
        }
    }
}
