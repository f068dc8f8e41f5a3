import Hummingbird
import Provisioning

/// A new key for what is kept sealed: `POST` begins, or goes on where one was begun; `PUT` goes on and never begins.
extension OperatorAPI {
    func addSecretRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.post("secrets/rotation") { _, _ in
            try await useCases.secretRotation.begin()
            return try await rotate()
        }
        v1.put("secrets/rotation") { _, _ in try await rotate() }
    }

    private func rotate() async throws -> Response {
        let progress = try await useCases.secretRotation.proceed(values: OperatorLimits.secretsPerRequest)
        return Response(
            json: OperatorWire.Rotation(
                total: progress.total, resealed: progress.resealed, unreadable: progress.unreadable,
                done: progress.isDone))
    }
}
