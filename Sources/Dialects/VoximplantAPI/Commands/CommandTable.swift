import Provisioning

extension VoximplantAPI {
    static let commandList =
        RegistrationCommands.commands + ApplicationCommands.commands + RuleCommands.commands + UserCommands.commands
        + AccountCommands.commands + KeyCommands.commands

    /// By their names in lower case.
    static let commands = Dictionary(uniqueKeysWithValues: commandList.map { ($0.name.lowercased(), $0) })
}

extension Set<ServiceRole> {
    static let everyone = Set(ServiceRole.allCases)
    /// Who makes what a program works with.
    static let developers: Set = [.owner, .admin, .developer]
    static let administrators: Set = [.owner, .admin]
}

extension RegistrationCommands {
    /// The vendor's pages name who may, but for Delete: those who may create, and those who may change.
    static let commands = [
        Command("CreateSipRegistration", [.owner, .admin, .accountant], create),
        Command("GetSipRegistrations", .everyone, list),
        Command("UpdateSipRegistration", .developers, update),
        Command("BindSipRegistration", .developers, bind),
        Command("DeleteSipRegistration", [.owner, .admin, .accountant, .developer], delete),
    ]
}

extension ApplicationCommands {
    static let commands = [
        Command("AddApplication", .developers, add),
        Command("GetApplications", .everyone, list),
        Command("DelApplication", .developers, delete),
    ]
}

extension RuleCommands {
    static let commands = [
        Command("AddRule", .developers, add),
        Command("GetRules", .everyone, list),
        Command("DelRule", .developers, delete),
    ]
}

extension UserCommands {
    static let commands = [
        Command("AddUser", .developers, add),
        Command("GetUsers", .everyone, list),
        Command("SetUserInfo", .developers, set),
        Command("DelUser", .developers, delete),
    ]
}

extension AccountCommands {
    static let commands = [
        Command("GetAccountInfo", .everyone, get),
        Command("SetAccountInfo", .administrators, set),
        Command("GetSubscriptionPrice", .everyone, price),
    ]
}

extension KeyCommands {
    static let commands = [
        Command("CreateKey", .administrators, create),
        Command("GetKeys", .administrators, list),
        Command("DeleteKey", .administrators, delete),
    ]
}
