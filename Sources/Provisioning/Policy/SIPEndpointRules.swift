/// A SIP endpoint as a caller described it; what was not said is `nil`.
package struct SIPEndpointDraft: Sendable {
    package var userName: String?
    package var password: Secret<String>?
    /// Empty for none.
    package var callerID: String?
    package var sendAs: SendAs?
    package var ciphers: [MediaPolicy.Cipher]?
    package var codecs: [MediaPolicy.Codec]?
    package var encryption: MediaPolicy.Encryption?
    package var handler: Handler?
    /// What was wrong with it before it came here.
    package var faults: [Fault] = []

    /// A call handler, or the resource that calls are to go to.
    package enum Handler: Sendable, Equatable {
        case fixed(CallHandler)
        case resource(UniqueID)
    }

    package init() {}

    /// What is wrong with its shape, one fault a field, together with what was found before.
    func faults(isNew: Bool) -> [Fault] {
        var faults = faults
        func add(_ fault: Fault?) {
            if let fault, !faults.contains(where: { $0.field == fault.field }) { faults.append(fault) }
        }
        if isNew || userName != nil { add(Self.userNameFault(userName)) }
        if isNew || password != nil { add(Self.passwordFault(password)) }
        if let callerID {
            if callerID.hasControls { add(Fault(.valueInvalid, field: "callerID", values: ["callerID", callerID])) }
            if callerID.length > 255 { add(Fault(.textTooLong, field: "callerID", values: ["callerID", "255"])) }
        }
        return faults
    }

    /// Letters, digits and the marks that need no escape in the user part of a SIP URI; no white space and no `@`, as the
    /// vendor says.
    private static func userNameFault(_ name: String?) -> Fault? {
        guard let name, !name.isBlank else {
            return Fault(.elementRequired, field: "userName", values: ["userName"])
        }
        if name.length > 64 { return Fault(.textTooLong, field: "userName", values: ["userName", "64"]) }
        let isToken = name.utf8.allSatisfy { $0.isASCIIAlphanumeric || "._-!$&*+=~".utf8.contains($0) }
        return isToken ? nil : Fault(.userNameInvalid, field: "userName", values: [name])
    }

    private static func passwordFault(_ password: Secret<String>?) -> Fault? {
        guard let text = password?.reveal(), !text.isEmpty else {
            return Fault(.elementRequired, field: "password", values: ["password"])
        }
        if text.utf8.count > 256 { return Fault(.textTooLong, field: "password", values: ["password", "256"]) }
        return text.hasControls ? Fault(.valueInvalid, field: "password", values: ["password", "<redacted>"]) : nil
    }

    /// The settings with what the draft says; the handler is what the draft's was found to be.
    func applied(to settings: SIPEndpointSettings, handler: CallHandler?) -> SIPEndpointSettings {
        var changed = settings
        changed.callerID = callerID ?? changed.callerID
        changed.sendAs = sendAs ?? changed.sendAs
        changed.media.ciphers = ciphers ?? changed.media.ciphers
        changed.media.codecs = codecs ?? changed.media.codecs
        changed.media.encryption = encryption ?? changed.media.encryption
        changed.handler = handler ?? changed.handler
        return changed
    }
}
