import Crypto
import Provisioning
import Testing

@Suite struct SealTests {
    private let seal = Seal(keys: [SymmetricKey(data: (0..<32).map { UInt8($0) })])
    private let place = Seal.Context(.carrierPassword, account: AccountID(rawValue: 5_000_001), row: 7)

    @Test(arguments: ["", "s3cret", "pässwörd ☎", String(repeating: "x", count: 4096)])
    func whatWasSealedOpens(text: String) {
        let sealed = seal.seal(Secret(text), bound: place)
        #expect(seal.open(sealed, bound: place)?.reveal() == text)
        #expect(seal.isCurrent(sealed))
    }

    @Test func aSealedValueShowsNothing() {
        let sealed = seal.seal(Secret("s3cret"), bound: place)
        #expect(!String(decoding: sealed, as: UTF8.self).contains("s3cret"))
        #expect(sealed != seal.seal(Secret("s3cret"), bound: place))
    }

    @Test(arguments: [
        Seal.Context(.carrierPassword, account: AccountID(rawValue: 5_000_002), row: 7),
        Seal.Context(.carrierPassword, account: AccountID(rawValue: 5_000_001), row: 8),
        Seal.Context(.registrationPassword, account: AccountID(rawValue: 5_000_001), row: 7),
    ])
    func inAnotherPlaceItOpensNot(place other: Seal.Context) {
        #expect(seal.open(seal.seal(Secret("s3cret"), bound: place), bound: other) == nil)
    }

    @Test func underAnotherKeyItOpensNot() {
        let other = Seal(keys: [SymmetricKey(data: (1..<33).map { UInt8($0) })])
        let sealed = seal.seal(Secret("s3cret"), bound: place)
        #expect(!other.isCurrent(sealed))
        #expect(other.open(sealed, bound: place) == nil)
    }

    @Test func aChangedByteOpensNot() {
        let sealed = seal.seal(Secret("s3cret"), bound: place)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(seal.open(changed, bound: place) == nil, "byte \(index)")
        }
        for count in sealed.indices { #expect(seal.open(Array(sealed[..<count]), bound: place) == nil) }
    }
}
