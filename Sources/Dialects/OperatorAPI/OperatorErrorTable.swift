package import HTTPTypes
package import Provisioning

/// From a broken rule to a status and a sentence.
package enum OperatorErrorTable {
    package struct Row: Sendable {
        package let status: HTTPResponse.Status
        /// `$0` to `$9` stand for the fault's values.
        package let text: String
    }

    /// The fault's sentence with its values.
    package static func message(of fault: Fault) -> String {
        let text = row(for: fault.rule).text
        let pieces = text.split(separator: "$", omittingEmptySubsequences: false)
        return pieces.dropFirst().reduce(into: String(pieces[0])) { message, piece in
            let index = piece.first?.wholeNumberValue ?? 0
            message += fault.values.indices.contains(index) ? fault.values[index] : "?"
            message += piece.dropFirst()
        }
    }

    package static func row(for rule: Rule) -> Row {
        rows[rule] ?? Row(status: .internalServerError, text: "The rule \(rule.rawValue) was broken.")
    }

    /// One row for each rule; a test walks them all.
    package static let rows: [Rule: Row] = [
        .unavailable: refuse(503, "The store is not available; try again."),
        .forbidden: refuse(403, "The role of the caller does not allow this."),
        .accountUnknown: refuse(404, "There is no account $0."),
        .elementRequired: refuse(400, "$0 is required."),
        .valueInvalid: refuse(400, "$0 cannot be $1."),
        .bodyUnreadable: refuse(400, "The body is not the JSON that this path reads."),

        .siteUnknown: refuse(404, "There is no site $0."),
        .siteNameRequired: refuse(400, "A site needs a name."),
        .siteNameInvalid: refuse(400, "A site cannot be named $0."),
        .siteDescriptionInvalid: refuse(400, "The site's description cannot be $0."),
        .siteFieldTooLong: refuse(400, "$0 is longer than $2."),
        .customerProvidedIDInvalid: refuse(400, "The customer's id of a site cannot be $0."),
        .siteNameTaken: refuse(409, "Account $1 has a site named $0."),
        .siteIDUnnecessary: refuse(400, "A new site must not bring an id; $0 was given."),
        .siteIDMismatch: refuse(400, "The site's id in the body is not the one in the path."),
        .siteHasTrunks: refuse(409, "The site still has trunks."),

        .addressRequired: refuse(400, "An address is required."),
        .houseNumberRequired: refuse(400, "The address needs a house number."),
        .streetNameRequired: refuse(400, "The address needs a street name."),
        .cityRequired: refuse(400, "The address needs a city."),
        .stateCodeRequired: refuse(400, "The address needs a state or province."),
        .zipRequired: refuse(400, "The address needs a postal code."),
        .addressKindRequired: refuse(400, "The address needs a type."),
        .houseNumberTooLong: refuse(400, "The house number $0 is too long."),
        .housePrefixTooLong: refuse(400, "The house prefix $0 is too long."),
        .houseSuffixTooLong: refuse(400, "The house suffix $0 is too long."),
        .preDirectionalTooLong: refuse(400, "The leading directional $0 is too long."),
        .streetNameTooLong: refuse(400, "The street name $0 is too long."),
        .streetSuffixTooLong: refuse(400, "The street suffix $0 is too long."),
        .postDirectionalTooLong: refuse(400, "The trailing directional $0 is too long."),
        .addressLine2TooLong: refuse(400, "The second address line $0 is too long."),
        .cityTooLong: refuse(400, "The city $0 is too long."),
        .stateCodeInvalid: refuse(400, "$0 is no state or province code."),
        .zipInvalid: refuse(400, "$0 is no postal code."),
        .plusFourTooLong: refuse(400, "The postal code's extension $0 is too long."),
        .countyTooLong: refuse(400, "The county $0 is too long."),
        .addressKindInvalid: refuse(400, "The address has a type that does not exist."),
        .regionUnknown: refuse(400, "$0 is no region of $1."),
        .addressNotRecognized: refuse(409, "The address check knows no such address."),
        .addressCheckUnavailable: refuse(503, "The address check does not answer; try again."),

        .trunkUnknown: refuse(404, "There is no trunk $0 in account $1."),
        .trunkGone: refuse(404, "Trunk $0 does not exist."),
        .trunkNameRequired: refuse(400, "A trunk needs a name."),
        .trunkNameTooLong: refuse(400, "The trunk's name $0 is too long."),
        .trunkDescriptionTooLong: refuse(400, "The trunk's description $0 is too long."),
        .trunkNameTaken: refuse(409, "Site $2 of account $1 has a trunk named $0."),
        .defaultTrunkRequired: refuse(409, "The site needs a default trunk."),
        .defaultTrunkHasOthers: refuse(409, "The default trunk can only be deleted as the last of its site."),
        .trunkHasNumbers: refuse(409, "The trunk still has numbers."),
        .voiceHostsAndGroups: refuse(400, "A trunk has voice hosts or voice host groups, not both."),
        .tooManyVoiceHosts: refuse(400, "There are too many voice hosts."),
        .tooManyVoiceHostGroups: refuse(400, "There are too many voice host groups."),
        .tooManyMessagingHosts: refuse(400, "There are too many messaging hosts."),
        .tooManyTerminationHosts: refuse(400, "$0 termination hosts are more than the $1 allowed."),
        .hostInvalid: refuse(400, "$0 is neither an address nor a host name."),
        .terminationHostInvalid: refuse(400, "$0 is neither an address nor a network."),
        .terminationMaskOnCreate: refuse(400, "The mask of $0 is not between 20 and 32."),
        .terminationMaskOnUpdate: refuse(400, "The mask of the new host $0 is not between 24 and 32."),
        .terminationHostBits: refuse(400, "$0 has host bits; $1 is the network."),
        .portInvalid: refuse(400, "$0 is no port."),
        .messagingPortNotAllowed: refuse(400, "Messaging hosts take no port."),
        .duplicateHost: refuse(400, "$0 names a host twice."),
        .terminationHostTaken: refuse(409, "The termination host $0 is taken."),
        .terminationHostAndPortTaken: refuse(409, "The termination host $0 with port $1 is taken."),
        .finalDestinationInvalid: refuse(400, "$0 is no number, host or SIP URI to send calls to."),
        .messagingProtocolUnknown: refuse(400, "$0 is no messaging protocol."),
        .messagingAndTerminationHosts: refuse(400, "Messaging and termination hosts come together or not at all."),
        .messagingNotEnabled: refuse(403, "The account has no messaging."),
        .terminationNotEnabled: refuse(403, "The account has no termination."),
        .trafficClassInvalid: refuse(400, "$0 is no traffic class; use LITE, DOMESTIC or ALL."),
        .trafficClassTooHigh: refuse(403, "Host $0 with port $1 asks for more than the account's ceiling."),
        .dataAllowedInvalid: refuse(400, "Whether data is allowed is neither true nor false."),
        .terminationOnPrivateNetwork: refuse(403, "An account on a private network has no termination settings."),
        .callingNameOnPrivateNetwork: refuse(403, "An account on a private network has no calling name settings."),
        .callingNameNotEnabled: refuse(403, "Account $0 has no calling name product."),
        .callingNameDisplayMissing: refuse(400, "Calling name settings must say whether names are displayed."),
        .callingNameEnforcedMissing: refuse(400, "Calling name settings must say whether they are enforced."),
        .callingNameDisplayInvalid: refuse(400, "Whether names are displayed is neither true nor false."),
        .callingNameEnforcedInvalid: refuse(400, "Whether calling names are enforced is neither true nor false."),
        .premiseTrunksInvalid: refuse(400, "$0 is no count of calls at the same time."),

        .numberNotOnTrunk: refuse(404, "The trunk in site $2 of account $1 does not have the number $0."),
        .numberNotInService: refuse(409, "The number $0 is on no trunk."),
        .numberRequired: refuse(400, "The list holds no number."),
        .numberRepeated: refuse(400, "The list names the number $0 twice."),
        .numberCountInvalid: refuse(400, "The list holds fewer than $1 or more than $2 numbers."),
        .numberMismatch: refuse(400, "The number $0 is not the one in the path."),
        .calledFormatInvalid: refuse(400, "$0 is no way to write a called number."),
        .callerFormatInvalid: refuse(400, "$0 is no way to write a calling number."),
        .rewriteUserInvalid: refuse(400, "$0 is no user of a SIP URI of at most 25 characters."),
        .callForwardInvalid: refuse(400, "Calls cannot be forwarded to $0."),
        .callForwardToItself: refuse(400, "Calls to $1 cannot be forwarded to $0."),
        .nameDisplayInvalid: refuse(400, "Whether names are displayed cannot be $0."),
        .nameDisplayEnforced: refuse(409, "The trunk of $0 says for all its numbers whether names are displayed."),
        .numberFeatureMissing: refuse(403, "Account $0 has no $1."),
        .numberPageInvalid: refuse(400, "The page is no number."),
        .numberPageSizeInvalid: refuse(400, "The page's size is no number."),
        .numberPageTooSmall: refuse(400, "The page and its size begin at 1."),

        .voiceProtocolUnknown: refuse(400, "$0 is no voice protocol; use SIP or HTTP."),
        .applicationOnSIP: refuse(400, "An application takes calls over HTTP only."),
        .voiceApplicationInvalid: refuse(400, "$0 is no application's id."),
        .httpVoiceNotEnabled: refuse(403, "The account has no voice over HTTP."),
        .hostsOnHTTPVoice: refuse(409, "An application has the trunk's calls, so it takes no $0."),
        .trunkHasHTTPVoice: refuse(409, "An application has the trunk's calls."),
        .gatewayUnknown: refuse(404, "The trunk has no termination host $0."),
        .hostKindUnknown: refuse(400, "$0 is no kind of host."),

        .credentialListEmpty: refuse(400, "The list holds no credential."),
        .credentialListTooLong: refuse(400, "At most $0 credentials can be made at once."),
        .credentialRepeated: refuse(400, "The list for account $0 names a credential twice."),
        .credentialTaken: refuse(409, "Account $1 has a credential named $0."),
        .credentialUnknown: refuse(404, "Account $1 has no credential named $0."),
        .credentialsNone: refuse(404, "Account $0 has no such credentials."),
        .credentialFieldTooLong: refuse(400, "$0 is longer than $2."),
        .userNameInvalid: refuse(400, "$0 is no user name."),
        .userNameWithDomainInvalid: refuse(400, "$0 is no user name."),
        .credentialDomainInvalid: refuse(400, "$0 is no domain."),
        .credentialNameFixed: refuse(409, "The name of a credential cannot be changed."),
        .pageInvalid: refuse(400, "$0 is no page."),
        .realmUnknown: refuse(404, "Account $1 has no SIP domain $0."),

        .realmNotFound: refuse(404, "There is no realm $0."),
        .realmTooLong: refuse(400, "$0 is longer than $1."),
        .realmNameFixed: refuse(409, "The name of a realm cannot be changed."),
        .realmIsDefault: refuse(409, "The account's default realm cannot be deleted."),
        .realmMismatch: refuse(400, "$0 is not the realm $1."),
        .credentialTakenInRealm: refuse(409, "Realm $1 of account $2 has a credential named $0."),
        .credentialUnknownInRealm: refuse(404, "Realm $1 of account $2 has no credential $0."),
        .credentialUserNameFixed: refuse(409, "The user name of a credential cannot be changed."),
        .applicationUnknown: refuse(404, "Account $1 has no application $0."),
        .applicationInvalid: refuse(400, "$0 is no UUID of an application."),

        .textTooLong: refuse(400, "$0 is longer than $1."),
        .fragmentTooShort: refuse(400, "A search needs at least $0 characters."),
        .userNameFragmentTooLong: refuse(400, "The part of a user name is too long."),
        .domainFragmentTooLong: refuse(400, "The part of a domain is too long."),
        .realmFragmentEmpty: refuse(400, "The part of a realm is empty."),
        .realmFragmentTooShort: refuse(400, "The part of a realm is too short."),
        .realmFragmentTooLong: refuse(400, "The part of a realm is too long."),
        .realmFragmentInvalid: refuse(400, "$0 cannot stand in a realm."),
        .realmSearchTooShort: refuse(400, "A search for realms needs at least three characters."),
        .pageSizeInvalid: refuse(400, "The size of a page is no number."),
        .pageOutOfRange: refuse(400, "Pages and their sizes begin at 1."),

        .tooManyAttempts: refuse(429, "There were too many attempts to sign in; try again in $0 seconds."),

        .domainInvalid: refuse(400, "$0 is no domain name."),
        .domainTaken: refuse(409, "The SIP domain $0 is taken."),
        .domainUnknown: refuse(404, "There is no SIP domain $0."),
        .domainInUse: refuse(409, "The SIP domain $0 still has credentials, or is the account's default."),
        .numberInvalid: refuse(400, "$0 is no telephone number in E.164 form."),
        .numberTaken: refuse(409, "The number $0 is in an inventory."),
        .numberUnknown: refuse(404, "The number $0 is not in the inventory."),
        .callerInvalid: refuse(400, "A caller cannot be named $0."),
        .callerTaken: refuse(409, "There is a caller named $0."),
        .callerUnknown: refuse(404, "There is no caller named $0."),
        .accountNameInvalid: refuse(400, "An account cannot be named $0."),
        .featureUnknown: refuse(400, "$0 is no product feature."),
        .countryInvalid: refuse(400, "$0 is no country code."),

        .notText: refuse(400, "$0 is no text."),
        .notTextList: refuse(400, "$0 is no list of texts."),
        .codecsFormatInvalid: refuse(400, "The codecs are no list of texts."),
        .listEntryInvalid: refuse(400, "$0 cannot hold $1."),
        .textTooShort: refuse(400, "$0 is shorter than $1."),
        .confirmationMismatch: refuse(400, "The repeated password is another one."),
        .handlerAndResource: refuse(400, "Calls go by a call handler or to a resource, not both."),
        .subscriberUnknown: refuse(404, "There is no subscriber $0."),
        .emailTaken: refuse(409, "There is a subscriber with the email $0."),
        .endpointUnknown: refuse(404, "There is no SIP endpoint $0."),
        .renameNeedsPassword: refuse(400, "A new user name needs the password with it."),
        .resourceUnknown: refuse(404, "There is no resource $0."),
        .handlerUnknown: refuse(400, "There is no resource $0 to send calls to."),
        .handlerKindInvalid: refuse(400, "The resource $0 is a $1, which takes no calls of endpoints."),
        .resourceInUse: refuse(409, "Calls of endpoints still go to the resource $0."),
        .fabricAddressUnknown: refuse(404, "There is no address $0."),
        .targetInvalid: refuse(400, "$0 is no SIP URI to send calls to."),
        .pageTokenRequired: refuse(400, "A later page needs the token that says where it begins."),
        .refreshTokenInvalid: refuse(400, "The token to refresh with is none of ours."),
        .refreshTokenWrongKind: refuse(400, "The token is none to refresh with."),
        .refreshTokenOver: refuse(400, "The token to refresh with is over."),
        .apiTokenNameInvalid: refuse(400, "An API token cannot be named $0."),
        .apiTokenUnknown: refuse(404, "There is no API token $0."),
    ]

    private static func refuse(_ status: Int, _ text: String) -> Row {
        Row(status: HTTPResponse.Status(code: status), text: text)
    }
}
