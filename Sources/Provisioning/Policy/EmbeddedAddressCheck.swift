/// The address check that needs no service: it recognises every address whose region exists.
package struct EmbeddedAddressCheck: AddressCheck {
    package init() {}

    package func check(_ address: PostalAddress) async -> AddressVerdict {
        Regions.contains(state: address.stateCode, country: address.country) ? .valid : .notRecognized
    }
}
