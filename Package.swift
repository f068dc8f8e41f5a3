// swift-tools-version: 6.2
import PackageDescription

/// The same strict settings for every target of ours.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let certificates = Target.Dependency.product(name: "X509", package: "swift-certificates")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")

func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }

/// A library target of ours, in a room that says what it holds.
func room(_ name: String, _ path: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil)
    -> Target
{
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(path)", resources: resources, swiftSettings: strict)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.init(stringLiteral: name), "TestSupport"] + dependencies,
        path: "Tests/\(name)Tests", resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "demarc",
    platforms: [.macOS(.v26)],
    products: [.executable(name: "demarc", targets: ["demarc"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.1"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: [.defaults, "YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.0.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // What is promised, and where it is kept.
        room("Provisioning", "Provisioning", [crypto, cryptoExtras]),
        room("Store", "Store", ["Provisioning", grdb]),

        // What is on the wire.
        room("SIPMessage", "SIP/SIPMessage"),
        room("SIPEngine", "SIP/SIPEngine", ["SIPMessage", crypto]),
        .target(name: "CDatagram", path: "Sources/SIP/CDatagram"),
        .target(name: "CResolv", path: "Sources/SIP/CResolv", linkerSettings: [.linkedLibrary("resolv")]),
        room(
            "SIPTransport", "SIP/SIPTransport",
            [
                "SIPMessage", "SIPEngine", "CDatagram", "CResolv", asn1, certificates, nio("NIOCore"), nio("NIOPosix"),
                nio("NIOHTTP1"), nio("NIOTLS"), nio("NIOWebSocket"), nioSSL,
            ]),
        room(
            "SIPEdge", "SIP/SIPEdge",
            ["Provisioning", "SIPMessage", "SIPEngine", "SIPTransport", crypto, logging, lifecycle, nio("NIOPosix")]),

        // The dialects, thin over the same use cases.
        .systemLibrary(
            name: "CExpat", path: "Sources/Dialects/CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        room("DialectKit", "Dialects/DialectKit", ["CExpat", "Provisioning", hummingbird, logging, nio("NIOCore")]),
        room(
            "BandwidthAPI", "Dialects/BandwidthAPI", ["Provisioning", "DialectKit", hummingbird],
            resources: [.embedInCode("Document/bandwidth.xsd")]),
        room("EnswitchAPI", "Dialects/EnswitchAPI", ["Provisioning", "DialectKit", hummingbird]),
        room("SignalWireAPI", "Dialects/SignalWireAPI", ["Provisioning", "DialectKit", hummingbird]),
        room("VoximplantAPI", "Dialects/VoximplantAPI", ["Provisioning", "DialectKit", hummingbird, nio("NIOCore")]),
        room(
            "OperatorAPI", "Dialects/OperatorAPI",
            ["Provisioning", "DialectKit", hummingbird, lifecycle, logging, nio("NIOCore")]),
        room("Console", "Console", ["Provisioning", hummingbird, mustache]),

        // The front door.
        room(
            "DemarcServer", "DemarcServer",
            [
                "Provisioning", "Store", "SIPEngine", "SIPTransport", "SIPEdge", "DialectKit", "BandwidthAPI",
                "EnswitchAPI",
                "SignalWireAPI", "VoximplantAPI", hummingbirdTLS, certificates, asn1, nioSSL, "OperatorAPI", "Console",
                arguments, configuration, crypto, httpClient, hummingbird, lifecycle, logging, nio("NIOCore"),
                nio("NIOHTTP1"), unixSignals,
            ]),
        .executableTarget(
            name: "demarc", dependencies: ["DemarcServer"], path: "Sources/demarc", swiftSettings: strict),

        room(
            "TestSupport", "TestSupport",
            [
                "Provisioning", "Store", "SIPMessage", "DialectKit", asn1, certificates, crypto, hummingbird, lifecycle,
                logging, nio("NIOCore"), nio("NIOPosix"), nioSSL,
            ]),
        tests(of: "OperatorAPI", ["DialectKit", "Provisioning", hummingbird]),
        tests(
            of: "DemarcServer",
            [
                "Provisioning", "Store", "OperatorAPI", "SIPEdge", "SIPEngine", "SIPTransport", arguments, httpClient,
                hummingbird, hummingbirdTLS, lifecycle, logging, crypto, nio("NIOCore"), nio("NIOHTTP1"), nioSSL,
            ]),
        tests(of: "SIPMessage", resources: [.copy("Fixtures")]),
        tests(of: "DialectKit", ["Provisioning", hummingbird, logging, nio("NIOCore"), nio("NIOEmbedded")]),
        tests(
            of: "BandwidthAPI",
            ["DialectKit", "Provisioning", "Store", hummingbird, lifecycle, logging, nio("NIOCore"), nio("NIOPosix")],
            resources: [.copy("Fixtures")]),
        tests(
            of: "SignalWireAPI",
            ["DialectKit", "Provisioning", "Store", hummingbird, logging, nio("NIOCore"), nio("NIOPosix")],
            resources: [.copy("Fixtures")]),
        tests(
            of: "EnswitchAPI",
            ["DialectKit", "Provisioning", "Store", hummingbird, logging, nio("NIOCore"), nio("NIOPosix")],
            resources: [.copy("Fixtures")]),
        tests(
            of: "VoximplantAPI",
            [
                "DialectKit", "Provisioning", "Store", crypto, cryptoExtras, hummingbird, logging, nio("NIOCore"),
                nio("NIOPosix"),
            ], resources: [.copy("Fixtures")]),
        // What concerns all dialects.
        .testTarget(
            name: "IsolationTests",
            dependencies: [
                "BandwidthAPI", "DialectKit", "EnswitchAPI", "Provisioning", "SignalWireAPI", "TestSupport",
                "VoximplantAPI", hummingbird,
            ], path: "Tests/IsolationTests", swiftSettings: strict),
        tests(of: "Provisioning", ["Store", crypto, cryptoExtras]),
        tests(of: "Store", ["Provisioning", grdb]),
        tests(of: "SIPEngine", ["SIPMessage", crypto]),
        tests(
            of: "SIPEdge",
            [
                "Provisioning", "Store", "SIPEngine", "SIPMessage", "SIPTransport", crypto, lifecycle, logging,
                nio("NIOPosix"),
            ]),
        tests(
            of: "SIPTransport",
            [
                "SIPMessage", "SIPEngine", asn1, certificates, crypto, nioSSL, nio("NIOCore"), nio("NIOEmbedded"),
                nio("NIOPosix"), nio("NIOTLS"),
            ]),

        // What reads bytes from outside, under bytes that nobody would send; Scripts/fuzz builds the targets for libFuzzer.
        .testTarget(
            name: "FuzzTests", dependencies: ["SIPMessage", "SIPEngine", "SIPTransport", "DialectKit", "TestSupport"],
            path: "Tests/Fuzz",
            exclude: ["Corpus", "LibFuzzer"], swiftSettings: strict),

        // The built program, as its users meet it.
        .testTarget(
            name: "SystemTests", dependencies: ["demarc", "SIPEngine", "TestSupport", crypto],
            path: "Tests/SystemTests",
            exclude: ["Clients", "Interposer", "Servers"], swiftSettings: strict),
    ]
)
