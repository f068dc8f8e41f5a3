// swift-tools-version: 6.2
import PackageDescription

/// The same strict settings as the server's.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// The load generators and the registrar, apart from the server so that it never depends on them.
let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v26)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .target(name: "CDatagrams"),
        .target(
            name: "Datagrams",
            dependencies: ["CDatagrams", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),
        .executableTarget(
            name: "register-load",
            dependencies: ["Datagrams", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Sources/RegisterLoad",
            swiftSettings: strict),
        .executableTarget(
            name: "call-load",
            dependencies: [
                "CDatagrams", "Datagrams", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/CallLoad",
            swiftSettings: strict),
        .executableTarget(
            name: "registrar",
            dependencies: [
                "CDatagrams", "Datagrams", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/Registrar",
            swiftSettings: strict),
        .testTarget(
            name: "RegisterLoadTests", dependencies: ["register-load", "Datagrams"], swiftSettings: strict),
        .testTarget(
            name: "CallLoadTests", dependencies: ["call-load", "CDatagrams", "Datagrams"], swiftSettings: strict),
        .testTarget(
            name: "RegistrarTests", dependencies: ["registrar", "CDatagrams", "Datagrams"], swiftSettings: strict),
    ]
)
