import Configuration
import Foundation
import Synchronization

/// Where a value came from; an earlier one wins.
package enum SettingSource: String, CaseIterable, Codable, Sendable {
    case flag, environment, file, `default`
}

/// What is wrong with the settings; `key` is a setting, an unknown name, or the file's path.
package struct SettingFault: Error, Equatable, Codable, Sendable, CustomStringConvertible {
    package let key: String
    package let message: String

    package var description: String { "\(key): \(message)" }
}

/// The texts of one setting, and who said so.
package struct SettingText: Equatable, Sendable {
    package let values: [String]
    package let source: SettingSource
}

/// The three places that settings come from, read but not yet understood.
package struct SettingSources: Sendable {
    private let snapshots: [(source: SettingSource, prefix: [String], snapshot: any ConfigSnapshot)]
    /// Names that are no setting, and a file that cannot be read.
    package let faults: [SettingFault]

    /// - Parameter flags: texts by the setting's key.
    package init(flags: [String: [String]], environment: [String: String], file: String?) {
        let content = flags.map { (AbsoluteConfigKey($0.key.split(separator: ".").map(String.init)), $0.value) }
        let values = content.map { ($0.0, ConfigValue(.stringArray($0.1), isSecret: false)) }
        let set = environment.filter { !$0.value.isEmpty }
        let read = SettingFile.read(file)
        snapshots =
            [
                (.flag, [], InMemoryProvider(values: Dictionary(uniqueKeysWithValues: values)).snapshot()),
                (.environment, ["demarc"], EnvironmentVariablesProvider(environmentVariables: set).snapshot()),
            ] + (read.snapshot.map { [(.file, [], $0)] } ?? [])
        faults = Self.unknownVariables(set) + read.faults
    }

    /// The first source that names the setting; its default where none does.
    package func text(of setting: Setting) -> Result<SettingText, SettingFault> {
        for (source, prefix, snapshot) in snapshots {
            let key = AbsoluteConfigKey(prefix + setting.components)
            switch values(of: key, isList: setting.isList, in: snapshot) {
            case .success(nil): continue
            case .success(let values?): return .success(SettingText(values: values, source: source))
            case .failure(let fault): return .failure(fault)
            }
        }
        return .success(SettingText(values: setting.fallback, source: .default))
    }

    private func values(of key: AbsoluteConfigKey, isList: Bool, in snapshot: any ConfigSnapshot)
        -> Result<[String]?, SettingFault>
    {
        let types: [ConfigType] = isList ? [.stringArray, .string] : [.string, .stringArray]
        for type in types {
            guard let found = try? snapshot.value(forKey: key, type: type) else { continue }
            switch found.value?.content {
            case .string(let text): return .success([text])
            case .stringArray(let texts) where isList || texts.count == 1: return .success(texts)
            case nil: return .success(nil)
            default: break
            }
        }
        return .failure(SettingFault(key: key.description, message: "one value is wanted, not a list"))
    }

    private static func unknownVariables(_ environment: [String: String]) -> [SettingFault] {
        let known = Set(Setting.all.map(\.variable)).union([SettingFile.variable])
        return environment.keys.filter { $0.hasPrefix("DEMARC_") && !known.contains($0) }.sorted()
            .map { SettingFault(key: $0, message: "no setting has this name") }
    }
}

/// The YAML file of settings.
enum SettingFile {
    /// Names the file where `--config` does not.
    static let variable = "DEMARC_CONFIG"
    private static let maximumBytes = 1 << 20

    /// The file's values, and its keys that are no setting.
    static func read(_ path: String?) -> (snapshot: (any ConfigSnapshot)?, faults: [SettingFault]) {
        guard let path else { return (nil, []) }
        guard let data = FileManager.default.contents(atPath: path), data.count <= maximumBytes else {
            return (nil, [SettingFault(key: path, message: "the file cannot be read")])
        }
        if data.allSatisfy({ [0x20, 0x0A, 0x0D, 0x09].contains($0) }) { return (nil, []) }
        let seen = SeenKeys()
        do {
            // The parser asks for every key of the file whether it is a secret: that is how the keys are learned.
            let options = YAMLSnapshot.ParsingOptions(
                secretsSpecifier: .dynamic { key, _ in
                    seen.add(key)
                    return false
                })
            let snapshot = try YAMLSnapshot(data: data.bytes, providerName: path, parsingOptions: options)
            let unknown = seen.keys.subtracting(Setting.all.map(\.key))
            return (snapshot, unknown.sorted().map { SettingFault(key: $0, message: "no setting has this name") })
        } catch {
            return (nil, [SettingFault(key: path, message: "no readable YAML mapping")])
        }
    }

    private final class SeenKeys: Sendable {
        private let names = Mutex(Set<String>())

        var keys: Set<String> { names.withLock { $0 } }

        func add(_ key: String) { names.withLock { _ = $0.insert(key) } }
    }
}
