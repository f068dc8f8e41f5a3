/// Every rule that a request can break. A dialect has a row for each that its own requests can break.
///
/// The comment of a case lists the values that its fault carries, in order.
package enum Rule: String, CaseIterable, Sendable {
    // MARK: Whoever asks
    /// The store, disk or another part of ours failed; the request may be repeated.
    case unavailable
    /// The caller's role does not allow the change.
    case forbidden
    /// account
    case accountUnknown
    /// account: the operator stopped it, so that nobody of it is let in
    case accountSuspended
    /// account: only a suspended one can be deleted
    case accountActive
    /// account: it is being deleted
    case accountLeaving
    /// element name: a required element is missing or blank
    case elementRequired
    /// element name, value, and where they are few the values that are allowed: a value that is none of them
    case valueInvalid
    /// The body could not be read as the dialect's format. values: none
    case bodyUnreadable

    // MARK: Sites
    /// site
    case siteUnknown
    /// The site's name is missing.
    case siteNameRequired
    /// name
    case siteNameInvalid
    /// description
    case siteDescriptionInvalid
    /// element name, value, maximum
    case siteFieldTooLong
    /// customer provided id
    case customerProvidedIDInvalid
    /// name, account: the account has a site of that name
    case siteNameTaken
    /// id: the body names an id on create
    case siteIDUnnecessary
    /// The id in the body is not the one in the path.
    case siteIDMismatch
    /// The site still has trunks.
    case siteHasTrunks

    // MARK: Addresses
    /// The address is missing where it is required.
    case addressRequired
    case houseNumberRequired, streetNameRequired, cityRequired, stateCodeRequired, zipRequired, addressKindRequired
    /// value
    case houseNumberTooLong
    /// value
    case housePrefixTooLong
    /// value
    case houseSuffixTooLong
    /// value
    case preDirectionalTooLong
    /// value
    case streetNameTooLong
    /// value
    case streetSuffixTooLong
    /// value
    case postDirectionalTooLong
    /// value
    case addressLine2TooLong
    /// value
    case cityTooLong
    /// value
    case stateCodeInvalid
    /// value
    case zipInvalid
    /// value
    case plusFourTooLong
    /// value
    case countyTooLong
    case addressKindInvalid
    /// state, country
    case regionUnknown
    /// The address check knows no such address.
    case addressNotRecognized
    /// The address check is down.
    case addressCheckUnavailable

    // MARK: Trunks
    /// trunk, account, site
    case trunkUnknown
    /// trunk: deleting one that does not exist
    case trunkGone
    case trunkNameRequired
    /// name
    case trunkNameTooLong
    /// description
    case trunkDescriptionTooLong
    /// name, account, site
    case trunkNameTaken
    /// The site needs a default trunk.
    case defaultTrunkRequired
    /// Deleting the default trunk while the site has others.
    case defaultTrunkHasOthers
    /// Deleting a trunk that has numbers.
    case trunkHasNumbers
    case voiceHostsAndGroups, tooManyVoiceHosts, tooManyVoiceHostGroups, tooManyMessagingHosts
    /// count, maximum
    case tooManyTerminationHosts
    /// host: not an address or name (voice and messaging hosts)
    case hostInvalid
    /// host: not an address or network (termination hosts)
    case terminationHostInvalid
    /// host: mask outside 20-32
    case terminationMaskOnCreate
    /// host: mask outside 24-32, for hosts that the trunk did not have yet
    case terminationMaskOnUpdate
    /// host, suggestion
    case terminationHostBits
    /// port
    case portInvalid
    case messagingPortNotAllowed
    /// list name
    case duplicateHost
    /// host: taken, and the request named no port
    case terminationHostTaken
    /// host, port
    case terminationHostAndPortTaken
    /// destination
    case finalDestinationInvalid
    /// value
    case messagingProtocolUnknown
    /// Some but not both of messaging and termination hosts, on an account with messaging.
    case messagingAndTerminationHosts
    /// Messaging hosts on an account without messaging.
    case messagingNotEnabled
    /// Termination hosts on an account without termination or messaging.
    case terminationNotEnabled
    /// A traffic class on an account without termination.
    case trafficClassNotEnabled
    /// value
    case trafficClassInvalid
    /// host, port: more than the account's ceiling
    case trafficClassTooHigh
    case dataAllowedInvalid
    /// Termination settings on an account with a dedicated private network.
    case terminationOnPrivateNetwork
    /// Calling name on an account with a dedicated private network.
    case callingNameOnPrivateNetwork
    /// account
    case callingNameNotEnabled
    case callingNameDisplayMissing, callingNameEnforcedMissing, callingNameDisplayInvalid, callingNameEnforcedInvalid
    /// value
    case premiseTrunksInvalid

    // MARK: Numbers of a trunk
    /// number, account, site, trunk
    case numberNotOnTrunk
    /// number: in the inventory, but on no trunk
    case numberNotInService
    /// The list holds no number.
    case numberRequired
    /// number: twice in one list
    case numberRepeated
    /// element name, minimum, maximum
    case numberCountInvalid
    /// number: the body names another number than the path
    case numberMismatch
    /// format, number
    case calledFormatInvalid
    /// format, number
    case callerFormatInvalid
    /// user, number
    case rewriteUserInvalid
    /// number that calls are to go to
    case callForwardInvalid
    /// number that calls are to go to, number
    case callForwardToItself
    /// value
    case nameDisplayInvalid
    /// number: the trunk decides for all its numbers
    case nameDisplayEnforced
    /// account, feature
    case numberFeatureMissing
    case numberPageInvalid, numberPageSizeInvalid, numberPageTooSmall

    // MARK: Voice settings and hosts of a trunk
    /// protocol
    case voiceProtocolUnknown
    /// An application beside the protocol SIP.
    case applicationOnSIP
    /// application
    case voiceApplicationInvalid
    /// An application on an account without the feature.
    case httpVoiceNotEnabled
    /// list name: hosts on a trunk whose calls an application has
    case hostsOnHTTPVoice
    /// Deleting a trunk whose calls an application has.
    case trunkHasHTTPVoice
    /// host id
    case gatewayUnknown
    /// kind
    case hostKindUnknown

    // MARK: Credentials
    /// The list holds no entry.
    case credentialListEmpty
    /// maximum
    case credentialListTooLong
    /// account: the same name twice in one list
    case credentialRepeated
    /// name, account
    case credentialTaken
    /// name, account
    case credentialUnknown
    /// account
    case credentialsNone
    /// element name, value, maximum
    case credentialFieldTooLong
    /// user name that has a domain beside it
    case userNameInvalid
    /// user name that may hold its domain
    case userNameWithDomainInvalid
    /// domain
    case credentialDomainInvalid
    /// The name cannot be changed.
    case credentialNameFixed
    /// page
    case pageInvalid
    /// realm, account
    case realmUnknown

    // MARK: Realms and their credentials
    /// realm: asking for one that the account has not
    case realmNotFound
    /// realm, maximum
    case realmTooLong
    /// The name of a realm cannot be changed.
    case realmNameFixed
    /// The default realm cannot be deleted.
    case realmIsDefault
    /// realm, realm's id: the entry names another realm than the path
    case realmMismatch
    /// name, realm's id, account
    case credentialTakenInRealm
    /// credential's id, realm's id, account
    case credentialUnknownInRealm
    /// The user name cannot be changed.
    case credentialUserNameFixed
    /// application, account
    case applicationUnknown
    /// application
    case applicationInvalid

    // MARK: Searching and paging
    /// element name, maximum
    case textTooLong
    /// minimum
    case fragmentTooShort
    case userNameFragmentTooLong, domainFragmentTooLong, realmFragmentEmpty, realmFragmentTooShort, realmFragmentTooLong
    /// fragment
    case realmFragmentInvalid
    /// A fragment of fewer than three characters in a search for realms.
    case realmSearchTooShort
    case pageSizeInvalid, pageOutOfRange

    // MARK: Signing in
    /// seconds to wait, second since 1970 when the wait ends: the caller asks too often
    case requestRateExceeded
    /// seconds to wait, second since 1970 when the wait ends
    case tooManyAttempts

    // MARK: Carriers and their routes
    /// carrier
    case carrierUnknown
    /// carrier: a route or cost names one that the account has not
    case carrierReferenceUnknown
    /// carrier: routes name it
    case carrierInUse
    /// element name, kind of carrier: required for a carrier of that kind
    case carrierKindRequires
    /// element name, value: no host, or no list of hosts, that SIP can be sent to
    case carrierTargetInvalid
    /// codec
    case codecUnknown
    /// element name, value, least, most
    case numberOutOfRange
    /// minimum, maximum: the least length is above the greatest
    case lengthsReversed
    /// dial plan
    case dialPlanUnknown
    /// currency
    case currencyUnknown
    /// customer: neither everybody, nor nobody, nor the caller's own account
    case customerUnknown
    /// cost
    case carrierCostUnknown
    /// route
    case carrierRouteUnknown
    /// account, feature: routes of a product that the account has not
    case routeProductMissing

    // MARK: Number forms and currencies (operator's side)
    /// name
    case dialPlanInvalid
    /// name
    case dialPlanTaken
    /// code
    case currencyInvalid
    /// code
    case currencyTaken

    // MARK: Domains, numbers, callers (operator's side)
    /// name
    case domainInvalid
    /// name
    case domainTaken
    /// name
    case domainUnknown
    /// name: still has credentials, or is the default one
    case domainInUse
    /// number
    case numberInvalid
    /// number
    case numberTaken
    /// number
    case numberUnknown
    /// name
    case callerInvalid
    /// name
    case callerTaken
    /// name
    case callerUnknown
    /// name
    case accountNameInvalid
    /// feature
    case featureUnknown
    /// country
    case countryInvalid

    // MARK: Commands and keys of programs
    case commandMissing
    /// command
    case commandUnknown
    /// Nobody that is known asks.
    case notAuthorized
    case tokenUnreadable, tokenLivesTooLong, tokenIssuedInFuture, tokenExpired
    /// account that the request names beside the one that asks
    case accountMismatch
    /// The operator froze the account.
    case accountFrozen
    /// parameter names: only one of them may be given
    case onlyOneOf
    /// parameter name: needed because of what else is given
    case parameterNeeded
    /// parameter name, maximum
    case parameterTooLong
    /// key's id
    case keyUnknown
    case keyRoleInvalid, keyRoleNameInvalid, keyLimit

    // MARK: Money
    /// what is needed: the account has less
    case insufficientMoney
    /// amount
    case amountInvalid
    /// type
    case subscriptionKindUnknown
    case callbackURLInvalid, callbackSaltTooLong

    // MARK: Applications, their rules and users
    case applicationIDUnknown
    /// name: none of the account's, or none that an application can have
    case applicationNameInvalid
    /// name
    case applicationNameTaken
    case applicationLimit, ruleIDUnknown, ruleNameInvalid
    /// name
    case ruleNameTaken
    case rulePatternInvalid, ruleExclusionInvalid
    /// There are no scenarios that have ids.
    case scenarioIDInvalid
    /// name: no destination of a rule
    case scenarioNameInvalid
    case userIDUnknown
    /// name
    case endUserNameUnknown
    case endUserNameInvalid
    /// name
    case endUserNameTaken
    case endUserPasswordTooShort, endUserPasswordHasSpaces, endUserDisplayNameInvalid, endUserCustomDataTooLong
    /// The user is one of another application.
    case endUserOfOtherApplication

    // MARK: Registrations elsewhere
    case registrationUnknown, registrationUserNameInvalid, registrationProxyInvalid

    // MARK: Subscribers, SIP endpoints and resources
    /// element name: a value that is no text
    case notText
    /// element name: a value that is no list of texts
    case notTextList
    /// A list of codecs that is neither a list of texts nor one text with commas.
    case codecsFormatInvalid
    /// element name, entry: a list names something that does not exist
    case listEntryInvalid
    /// element name, minimum
    case textTooShort
    /// The repeated password is another one.
    case confirmationMismatch
    /// A call handler and a resource at once.
    case handlerAndResource
    /// subscriber
    case subscriberUnknown
    /// email
    case emailTaken
    /// endpoint
    case endpointUnknown
    /// A new user name without the password that belongs to it.
    case renameNeedsPassword
    /// resource: asking for one that the account has not
    case resourceUnknown
    /// resource: calls are to go to one that the account has not
    case handlerUnknown
    /// resource, kind: calls are to go to one of a kind that takes none, or of another kind than was named
    case handlerKindInvalid
    /// endpoint: a resource is to take the calls of one that the account has not
    case assigneeUnknown
    /// label: the account's SIP domain is to be another
    case domainFixed
    /// resource: calls still go to it
    case resourceInUse
    /// address
    case fabricAddressUnknown
    /// target
    case targetInvalid
    /// A page behind the first without the token that says where it begins.
    case pageTokenRequired
    /// The token is none of ours, or its subscriber is gone.
    case refreshTokenInvalid
    /// An access token where one to refresh with is wanted.
    case refreshTokenWrongKind
    case refreshTokenOver

    // MARK: The operator's side
    /// The file with the sealing key cannot be written.
    case sealingKeyNotKept
    /// call
    case callUnknown
    /// name
    case apiTokenNameInvalid
    /// token's id
    case apiTokenUnknown
}
