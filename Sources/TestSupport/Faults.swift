package import Provisioning

/// The faults that `body` throws; empty when it throws none.
package func faults<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws(ProvisioningError) -> Result
) async -> [Fault] {
    do throws(ProvisioningError) {
        _ = try await body()
        return []
    } catch {
        return error.faults
    }
}
