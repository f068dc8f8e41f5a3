import DialectKit
import Hummingbird
import Provisioning

extension Rule {
    /// Bandwidth answers the delete of a SIP peer that does not exist with the status alone.
    var isAnsweredWithoutBody: Bool { self == .trunkGone }
}

extension BandwidthAPI {
    /// Bandwidth's words for every rule that its requests can break; the two reference pages win over the later lists of codes.
    static let errors = ErrorTable(
        commonErrors, siteErrors, addressErrors, peerErrors, peerHostErrors, numberErrors, voiceErrors,
        credentialErrors, realmErrors, searchErrors, signInErrors, domainErrors)

    private static let commonErrors: [Rule: ErrorRow] = [
        .unavailable: ErrorRow(.serviceUnavailable, "1000", "Internal Server Error. Please try again."),
        .forbidden: ErrorRow(.forbidden, "1001", "Access Denied"),
        .accountUnknown: ErrorRow(.notFound, "4022", "Account '%s' does not exist or is locked"),
        .accountSuspended: ErrorRow(.notFound, "4022", "Account '%s' does not exist or is locked"),
        .elementRequired: ErrorRow(.badRequest, "1003", "%s is required"),
        .valueInvalid: ErrorRow(.badRequest, "1008", "'%2$s' is not a valid value"),
        .bodyUnreadable: ErrorRow(
            .badRequest, "1019", "Bad request encountered. Please check your request and try again."),
    ]

    private static let siteErrors: [Rule: ErrorRow] = [
        .siteUnknown: ErrorRow(.notFound, "12016", "Site '%s' does not exist"),
        .siteNameRequired: ErrorRow(.badRequest, "12533", "Site name is required"),
        .siteNameInvalid: ErrorRow(
            .badRequest, "4015",
            "A site name can have max length of 50 chars and can only contain chars from the set [a-zA-Z0-9.-] and empty space"
        ),
        .siteDescriptionInvalid: ErrorRow(
            .badRequest, "4016",
            "A site description can have max length of 250 chars and can only contain chars from the set [a-zA-Z0-9.-] and empty space"
        ),
        .siteFieldTooLong: ErrorRow(.badRequest, "12635", "%s '%s' is too long. Max length %s characters"),
        .customerProvidedIDInvalid: ErrorRow(.badRequest, "12544", "Customer provided id '%s' is not valid"),
        .siteNameTaken: ErrorRow(.conflict, "1015", "Entry for %s already exists"),
        .siteIDUnnecessary: ErrorRow(
            .badRequest, "12534", "SiteId '%s' is unnecessary. It is generated automatically."),
        .siteIDMismatch: ErrorRow(
            .badRequest, "12521", "Site id in request body must match site id in URL or be left empty"),
        .siteHasTrunks: ErrorRow(
            .badRequest, "12031", "Please remove all locations before proceeding with this remove."),
    ]

    private static let addressErrors: [Rule: ErrorRow] = [
        .addressRequired: ErrorRow(.badRequest, "1003", "Address is required"),
        .houseNumberRequired: ErrorRow(.badRequest, "12536", "HouseNumber is required"),
        .streetNameRequired: ErrorRow(.badRequest, "12538", "StreetName is required"),
        .cityRequired: ErrorRow(.badRequest, "12540", "City is required"),
        .stateCodeRequired: ErrorRow(.badRequest, "12542", "StateCode is required"),
        .zipRequired: ErrorRow(.badRequest, "12644", "Zip is required"),
        .addressKindRequired: ErrorRow(.badRequest, "12554", "AddressType is required"),
        .houseNumberTooLong: ErrorRow(
            .badRequest, "12537", "HouseNumber '%s' is too long. Max length 45 characters"),
        .housePrefixTooLong: ErrorRow(
            .badRequest, "13044", "House Prefix '%s' is too long. Max length 6 characters"),
        .houseSuffixTooLong: ErrorRow(
            .badRequest, "12547", "HouseSuffix '%s' is too long. Max length 45 characters"),
        .preDirectionalTooLong: ErrorRow(
            .badRequest, "12548", "PreDirectional '%s' is too long. Max length 2 characters"),
        .streetNameTooLong: ErrorRow(
            .badRequest, "12539", "StreetName '%s' is too long. Max length 200 characters"),
        .streetSuffixTooLong: ErrorRow(
            .badRequest, "13045", "Street Suffix '%s' is too long. Max length 45 characters"),
        .postDirectionalTooLong: ErrorRow(
            .badRequest, "12549", "PostDirectional '%s' is too long. Max length 2 characters"),
        .addressLine2TooLong: ErrorRow(
            .badRequest, "12550", "Address2 information '%s' is too long. Max length 200 characters"),
        .cityTooLong: ErrorRow(.badRequest, "12541", "City '%s' is too long. Max length 100 characters"),
        .stateCodeInvalid: ErrorRow(
            .badRequest, "12543", "StateCode '%s' is invalid. It is must be abbreviation of the two characters"),
        .zipInvalid: ErrorRow(
            .badRequest, "13103",
            "Zip '%s' is invalid. Only numeric characters are supported with length of 5 digits."),
        .plusFourTooLong: ErrorRow(.badRequest, "12552", "Zip4 '%s' is too long. Max length 4 characters"),
        .countyTooLong: ErrorRow(.badRequest, "12553", "County '%s' is too long. Max length 45 characters"),
        .addressKindInvalid: ErrorRow(
            .badRequest, "12579", "AddressType is not valid. Valid values: Service, Billing, Dlda, E911"),
        .regionUnknown: ErrorRow(.badRequest, "12024", "Region with state '%s' and country '%s' does not exist"),
        .addressNotRecognized: ErrorRow(
            .badRequest, "13565", "The provided Address is not recognized by our E911 provider"),
        .addressCheckUnavailable: ErrorRow(.serviceUnavailable, "13566", "Our E911 service is unavaliable"),
    ]

    private static let peerErrors: [Rule: ErrorRow] = [
        .trunkUnknown: ErrorRow(.badRequest, "13563", "Sip Peer '%s' account '%s' and site '%s' does not exist"),
        .trunkGone: ErrorRow(.notFound, "13557", "Delete not allowed for non-existent SIP Peer"),
        .trunkNameRequired: ErrorRow(.badRequest, "13500", "Peer Name is required"),
        .trunkNameTooLong: ErrorRow(
            .badRequest, "13501", "Peer Name '%s' is too long. Max length 50 characters"),
        .trunkDescriptionTooLong: ErrorRow(
            .badRequest, "13503", "Description '%s' is too long. Max length 50 characters"),
        .trunkNameTaken: ErrorRow(
            .conflict, "13524", "SipPeer name '%s' already exists for Account '%s' and Site '%s'"),
        .defaultTrunkRequired: ErrorRow(
            .badRequest, "13522",
            "IsDefaultPeer cannot be false right now. The account requires at least one Default Sip Peer"),
        .defaultTrunkHasOthers: ErrorRow(
            .badRequest, "13558", "Delete not allowed for default SIP Peer unless it is the only SIP Peer"),
        .trunkHasNumbers: ErrorRow(
            .badRequest, "13555",
            "All Telephone Number porting activity affecting this Location must be completed, and all Telephone Numbers must be removed from this Location, before the Location can be deleted."
        ),
        .finalDestinationInvalid: ErrorRow(.badRequest, "13510", "'%s' is not a valid Destination URI"),
        .messagingProtocolUnknown: ErrorRow(
            .badRequest, "13567", "Messaging protocol '%s' does not exist. Valid values: SIP, SMPP, HTTP"),
        .messagingAndTerminationHosts: ErrorRow(
            .badRequest, "13562", "Must have either no hosts or SmsHosts and TerminationHosts"),
        .messagingNotEnabled: ErrorRow(
            .badRequest, "13540", "SMS hosts are not allowed. Account does not have SMS"),
        .terminationNotEnabled: ErrorRow(
            .badRequest, "13542", "Termination hosts are not allowed. Account does not have MESSAGING or TERMINATION"),
        .trafficClassNotEnabled: ErrorRow(
            .badRequest, "13544", "CustomerTrafficAllowed is only allowed for accounts with TERMINATION"),
        .terminationOnPrivateNetwork: ErrorRow(
            .badRequest, "13591",
            "Termination Settings at the SIP Peer level are not allowed for accounts with the 'DedicatedPrivateNetworkTopology' product."
        ),
        .callingNameOnPrivateNetwork: ErrorRow(
            .badRequest, "13592",
            "Calling name 'Display' and 'Enforced' values can't be updated for 'DedicatedPrivateNetworkTopology' account."
        ),
        .callingNameNotEnabled: ErrorRow(.badRequest, "13576", "Account %s has no CNAM product feature"),
        .callingNameDisplayMissing: ErrorRow(.badRequest, "13581", "Display option is missing"),
        .callingNameEnforcedMissing: ErrorRow(.badRequest, "13582", "Enforce option is missing"),
        .callingNameDisplayInvalid: ErrorRow(
            .badRequest, "13579", "The value of the display option is incorrect"),
        .callingNameEnforcedInvalid: ErrorRow(
            .badRequest, "13580", "The value of the enforced option is incorrect"),
        .premiseTrunksInvalid: ErrorRow(
            .badRequest, "13573",
            "The supplied PremiseTrunks value of %s is not a valid, the value must be positive due to potential outages"
        ),
    ]

    private static let peerHostErrors: [Rule: ErrorRow] = [
        .voiceHostsAndGroups: ErrorRow(.badRequest, "13504", "VoiceHosts and VoiceHostGroups not allowed together"),
        .tooManyVoiceHosts: ErrorRow(.badRequest, "13506", "Too many Voice Hosts provided. Max 10"),
        .tooManyVoiceHostGroups: ErrorRow(.badRequest, "13507", "Too many Voice Host Groups provided. Max 5"),
        .tooManyMessagingHosts: ErrorRow(.badRequest, "13508", "Too many SMS Hosts provided. Max 10"),
        .tooManyTerminationHosts: ErrorRow(.badRequest, "12119", "%s hosts provided, maximum %s hosts allowed"),
        .hostInvalid: ErrorRow(.badRequest, "13509", "'%s' is not a valid host. Provide valid IP or domain name"),
        .terminationHostInvalid: ErrorRow(.badRequest, "13594", "%s is not valid host"),
        .terminationMaskOnCreate: ErrorRow(
            .badRequest, "13593", "%s has invalid mask. Valid mask values: 20-32"),
        .terminationMaskOnUpdate: ErrorRow(
            .badRequest, "13593", "%s has invalid mask. Valid mask values: 24-32"),
        .terminationHostBits: ErrorRow(
            .badRequest, "13595",
            "The IP address provided: %s contains a non zero subnet portion. An equivalent IP address such as %s with a zero subnet value must be provided."
        ),
        .portInvalid: ErrorRow(.badRequest, "13543", "'%s' is not a valid port. Valid values: 0-65535"),
        .messagingPortNotAllowed: ErrorRow(.badRequest, "13568", "Port not allowed for SMS Hosts"),
        .duplicateHost: ErrorRow(.badRequest, "13553", "Duplicate host (and port) in %s"),
        .terminationHostTaken: ErrorRow(
            .badRequest, "13569", "A termination host with HostName = %s is already in use"),
        .terminationHostAndPortTaken: ErrorRow(
            .badRequest, "13552", "A termination host with HostName = %s and Port = %s is already in use"),
        .trafficClassInvalid: ErrorRow(
            .badRequest, "12586", "CustomerTrafficAllowed is not valid. Valid values: ALL, LITE, DOMESTIC"),
        .trafficClassTooHigh: ErrorRow(
            .badRequest, "13590",
            "The supplied CustomerTrafficAllowed and DataAllowed values on host %s:%s are not allowed for this sippeer"
        ),
        .dataAllowedInvalid: ErrorRow(.badRequest, "13545", "DataAllowed value is invalid"),
    ]

    private static let numberErrors: [Rule: ErrorRow] = [
        .numberInvalid: ErrorRow(.badRequest, "13512", "'%s' is not a valid 10-digit telephone number"),
        .numberUnknown: ErrorRow(.badRequest, "13517", "Telephone number '%s' does not exist"),
        .numberNotOnTrunk: ErrorRow(
            .badRequest, "13536", "Telephone number %s does not exist on Account %s, Site %s, and Sip Peer %s"),
        .numberNotInService: ErrorRow(.badRequest, "13518", "Telephone number '%s' is not in service"),
        .numberRequired: ErrorRow(.badRequest, "13505", "Full number is required"),
        .numberRepeated: ErrorRow(.badRequest, "13511", "Duplicate telephone number '%s' provided"),
        .numberCountInvalid: ErrorRow(
            .badRequest, "1006", "%s must be between %s and %s (bounds are included)"),
        .numberMismatch: ErrorRow(
            .badRequest, "13519",
            "There is an issue with telephone number '%s'. Please contact Customer Service"),
        .calledFormatInvalid: ErrorRow(
            .badRequest, "13514", "Number Format '%s' is invalid for telephone number '%s'"),
        .callerFormatInvalid: ErrorRow(
            .badRequest, "13516", "RPID Format '%s' is invalid for telephone number '%s'"),
        .rewriteUserInvalid: ErrorRow(
            .badRequest, "13515", "Rewrite User '%s' is invalid for telephone number '%s'"),
        .callForwardInvalid: ErrorRow(
            .badRequest, "13513", "Call Forwarding number '%s' is not a valid 10-digit telephone number"),
        .callForwardToItself: ErrorRow(
            .badRequest, "13606",
            "The specified call forwarding number %s cannot be the same as the origin telephone number %s."),
        .nameDisplayInvalid: ErrorRow(
            .badRequest, "13575", "CallingNameDisplay '%s' is invalid. Valid values are: 'true', 'false'"),
        .nameDisplayEnforced: ErrorRow(
            .badRequest, "13583",
            "CNAM for '%s' is applied at the Location level and it is not applicable at the TN level."),
        .numberFeatureMissing: ErrorRow(.badRequest, "13576", "Account '%s' has no '%s' product feature"),
        .numberPageInvalid: ErrorRow(.badRequest, "13056", "'page' parameter should be numeric"),
        .numberPageSizeInvalid: ErrorRow(.badRequest, "13057", "'size' parameter should be numeric"),
        .numberPageTooSmall: ErrorRow(
            .badRequest, "13058", "page and size must be greater than or equal to 1"),
    ]

    private static let voiceErrors: [Rule: ErrorRow] = [
        .voiceProtocolUnknown: ErrorRow(
            .badRequest, "13647", "Voice protocol '%s' does not exist. Valid values: SIP, HTTP"),
        .applicationOnSIP: ErrorRow(.badRequest, "13649", "Http settings are not allowed for SIP protocol."),
        .voiceApplicationInvalid: ErrorRow(.badRequest, "1008", "'%s' is not a valid UUID"),
        .httpVoiceNotEnabled: ErrorRow(
            .badRequest, "13609",
            "Can't create sip peer http protocol sms feature without account level http settings."),
        .hostsOnHTTPVoice: ErrorRow(.badRequest, "13646", "%s are not allowed for HTTP Voice"),
        .trunkHasHTTPVoice: ErrorRow(
            .badRequest, "13652",
            "Can not remove location which has HTTP voice configured. Please switch it to SIP first."),
        .gatewayUnknown: ErrorRow(.notFound, "13633", "Host with id %s does not exist"),
        .hostKindUnknown: ErrorRow(
            .badRequest, "15505", "Host type '%s' not supported. Valid values: SMS, TERMINATION, ORIGINATION"),
    ]

    private static let credentialErrors: [Rule: ErrorRow] = [
        .credentialListEmpty: ErrorRow(.badRequest, "23006", "Credential list cannot be empty"),
        .credentialListTooLong: ErrorRow(
            .badRequest, "23003", "There are cannot be more than %s credential entries in list"),
        .credentialRepeated: ErrorRow(
            .badRequest, "23000", "Duplicated Sip credential for account with ID = %s"),
        .credentialTaken: ErrorRow(
            .badRequest, "23009", "Sip credential %s does already exist on the account with ID = %s"),
        .credentialUnknown: ErrorRow(
            .notFound, "23007", "Sip credential %s was not found on the account with ID = %s"),
        .credentialsNone: ErrorRow(
            .notFound, "23008", "There are no Sip credentials associated with the account with ID = %s"),
        .credentialFieldTooLong: ErrorRow(.badRequest, "23002", "%s '%s' is too long (%s characters max)"),
        .userNameInvalid: ErrorRow(
            .badRequest, "23014",
            "UserName '%s' is invalid. It can only contain alphanumerics (a-z, A-Z, 0-9) and '.', '_', '-', '!', '$', '&', '*', '+', '=', '~' symbols. If domain is specified."
        ),
        .userNameWithDomainInvalid: ErrorRow(
            .badRequest, "23016",
            "UserName '%s' is invalid. It can only contain alphanumerics (a-z, A-Z, 0-9), '.', '_', '-', '!', '$', '&', '*', '+', '=', '~' symbols and '@' (at signs)"
        ),
        .credentialDomainInvalid: ErrorRow(
            .badRequest, "23015",
            "Domain '%s' is invalid. It can only contain alphanumerics (a-z, A-Z, 0-9) and '.', '_', '-', '!', '$', '&', '*', '+', '=', '~' symbols."
        ),
        .credentialNameFixed: ErrorRow(
            .badRequest, "23004",
            "Unable to change the UserName or the Domain associated with the Hash Values. To do so requires deletion of one set of credentials and addition of a new set of credentials."
        ),
        .pageInvalid: ErrorRow(
            .badRequest, "23012",
            "Wrong page format: %s. It should be a number or a combination of the user name and domain in a form {userName}@{domain}"
        ),
        .realmUnknown: ErrorRow(
            .badRequest, "23018", "Realm '%s' was not found on the account with ID = %s."),
    ]

    private static let realmErrors: [Rule: ErrorRow] = [
        // The vendor gives this one no code.
        .realmNotFound: ErrorRow(.notFound, "", "The resource does not exist"),
        .realmTooLong: ErrorRow(.badRequest, "33003", "Realm '%s' is too long (%s characters max)"),
        .realmNameFixed: ErrorRow(
            .badRequest, "33005", "Cannot update Realm value. Instead, you must delete and recreate it."),
        .realmIsDefault: ErrorRow(
            .badRequest, "33006", "Cannot delete default Realm. Please assign a new Realm to be the default."),
        .realmMismatch: ErrorRow(
            .badRequest, "23018",
            "Realm '%s' does not correspond to the realm with ID = %s. Please remove this field from the Sip credential body."
        ),
        .credentialTakenInRealm: ErrorRow(
            .badRequest, "23026",
            "Sip credential %s does already exist on realm with ID = %s and account with ID = %s"),
        .credentialUnknownInRealm: ErrorRow(
            .notFound, "23025",
            "Sip credential with ID %s was not found on realm with ID = %s and account with ID = %s"),
        .credentialUserNameFixed: ErrorRow(
            .badRequest, "23004",
            "Unable to change the UserName associated with the Hash Values. To do so requires deletion of one set of credentials and addition of a new set of credentials."
        ),
        .applicationUnknown: ErrorRow(
            .badRequest, "23019", "Application with ID %s was not found on the account with ID = %s"),
        .applicationInvalid: ErrorRow(.badRequest, "23020", "Application ID %s is not a valid UUID."),
    ]

    private static let searchErrors: [Rule: ErrorRow] = [
        .textTooLong: ErrorRow(.badRequest, "1011", "%s is too long. Max length %s characters"),
        .fragmentTooShort: ErrorRow(
            .badRequest, "13059", "the minimum number of characters for a search string is %s"),
        .userNameFragmentTooLong: ErrorRow(
            .badRequest, "13113", "Usernamefragment cannot contain more than 64 characters."),
        .domainFragmentTooLong: ErrorRow(
            .badRequest, "13114", "Domainfragment cannot contain more than 64 characters."),
        .realmFragmentEmpty: ErrorRow(.badRequest, "13111", "Realmfragment can not be empty."),
        .realmFragmentTooShort: ErrorRow(
            .badRequest, "13112", "Realmfragment should contain at least 3 characters."),
        .realmFragmentTooLong: ErrorRow(
            .badRequest, "13115", "Realmfragment cannot contain more than 64 characters."),
        .realmFragmentInvalid: ErrorRow(
            .badRequest, "13116", "Realmfragment %s is invalid. Supported chars: [.a-z0-9]"),
        .realmSearchTooShort: ErrorRow(
            .badRequest, "33011", "realmfragment should contain at least 3 characters."),
        .pageSizeInvalid: ErrorRow(.badRequest, "13057", "'size' parameter should be numeric"),
        .pageOutOfRange: ErrorRow(.badRequest, "13058", "page and size must be greater than or equal to 1"),
    ]

    private static let signInErrors: [Rule: ErrorRow] = [
        .tooManyAttempts: ErrorRow(.tooManyRequests, "1001", "Access Denied"),
        .requestRateExceeded: ErrorRow(.tooManyRequests, "1001", "Access Denied"),
    ]

    private static let domainErrors: [Rule: ErrorRow] = [
        .domainInvalid: ErrorRow(
            .badRequest, "12673",
            "The supplied Realm '%s' is not valid. Realm can only contain alphanumerics (a-z, A-Z, 0-9), '.' (periods), '_' (underscores) and '-' (hyphens)."
        ),
        .domainTaken: ErrorRow(.conflict, "12672", "Realm '%s' is already in use."),
        .domainUnknown: ErrorRow(.notFound, "33001", "Realm '%s' was not found"),
        .domainInUse: ErrorRow(
            .badRequest, "12666",
            "It is not possible to remove this Realm because it is in use on some provisioned SIP Credentials."),
    ]
}
