import Foundation
import SIPEngine

/// What a start would stumble over in the files that the settings name. Nothing is made or changed.
extension ServerSettings {
    /// Those of the listeners that there are, of what is called, and of what is kept; each by its setting.
    package var fileFaults: [SettingFault] { dataFaults + vendorFaults + sipFaults }

    private var dataFaults: [SettingFault] {
        var faults: [SettingFault] = []
        let files = FileManager.default
        var isDirectory = ObjCBool(false)
        if unsafe files.fileExists(atPath: dataDirectory, isDirectory: &isDirectory),
            !isDirectory.boolValue || !files.isWritableFile(atPath: dataDirectory)
        {
            faults.append(
                SettingFault(key: Setting.data.key, message: "\(dataDirectory) is no directory that can be written"))
        }
        do throws(StartFailure) {
            let folder = URL(filePath: sealingKeyPath).deletingLastPathComponent().standardizedFileURL
            let data = URL(filePath: dataDirectory, directoryHint: .isDirectory).standardizedFileURL
            // The data directory is made by a start, any other is not.
            if try SealingKey.kept(in: sealingKeyPath) == nil, folder != data,
                !files.isWritableFile(atPath: folder.path(percentEncoded: false))
            {
                throw StartFailure("\(sealingKeyPath) cannot be made: there is no such directory that can be written")
            }
        } catch {
            faults.append(SettingFault(key: Setting.sealingKey.key, message: error.description))
        }
        return faults
    }

    private var vendorFaults: [SettingFault] {
        guard !vendorTLS.listen.isEmpty, let files = vendorTLS.certificate else { return [] }
        return Self.fault { () throws(SettingFault) in
            _ = try files.configuration(.vendorCertificate, .vendorCertificateKey)
        }
    }

    private var sipFaults: [SettingFault] {
        var faults: [SettingFault] = []
        if sip.listen.contains(where: \.transport.isSecure) {
            for files in sip.certificates {
                faults += Self.fault { () throws(SettingFault) in
                    _ = try files.configuration(.sipCertificate, .sipCertificateKey)
                }
            }
            faults += Self.authorities(sip.clientAuthorities, .tlsClientCA)
        }
        return faults + Self.authorities(sip.authorities, .sipAuthorities)
    }

    private static func authorities(_ path: String?, _ setting: Setting) -> [SettingFault] {
        guard let path else { return [] }
        return fault { () throws(SettingFault) in _ = try PEMFile.certificates(in: path, of: setting) }
    }

    private static func fault(_ look: () throws(SettingFault) -> Void) -> [SettingFault] {
        do throws(SettingFault) {
            try look()
            return []
        } catch {
            return [error]
        }
    }
}
