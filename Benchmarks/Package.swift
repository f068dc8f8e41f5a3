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

/// The load generators, apart from the server so that it never depends on them.
let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v26)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .target(name: "CDatagrams"),
        .executableTarget(
            name: "register-load",
            dependencies: [
                "CDatagrams",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "Sources/RegisterLoad",
            swiftSettings: strict),
        .testTarget(
            name: "RegisterLoadTests", dependencies: ["register-load"], swiftSettings: strict),
    ]
)
