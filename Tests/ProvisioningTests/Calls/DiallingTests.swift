import Testing

@testable import Provisioning

/// What people dial, in the country that they are in.
@Suite struct DiallingTests {
    @Test(
        arguments: [
            ("US", "9195550100", "+19195550100"), ("US", "19195550100", "+19195550100"),
            ("US", "+19195550100", "+19195550100"), ("US", "(919) 555-0100", "+19195550100"),
            ("US", "011442079460000", "+442079460000"), ("US", "9195550100#", "+19195550100"),
            ("US", "5550100", nil), ("US", "911", nil), ("US", "alice", nil), ("US", "", nil), ("US", "+", nil),
            ("US", "442079460000", nil), ("US", "+1919555010099999999", nil), ("US", "++19195550100", nil),
            ("US", "00442079460000", nil),
            ("GB", "02079460000", "+442079460000"), ("GB", "0019195550100", "+19195550100"),
            ("GB", "442079460000", "+442079460000"), ("GB", "79460000", nil),
            ("IT", "0612345678", "+390612345678"), ("IT", "00442079460000", "+442079460000"),
            ("ES", "912345678", "+34912345678"), ("HU", "0612345678", "+3612345678"),
            ("RU", "84951234567", "+74951234567"), ("RU", "810442079460000", "+442079460000"),
            ("JP", "010442079460000", "+442079460000"), ("JP", "0312345678", "+81312345678"),
            ("AU", "0011442079460000", "+442079460000"), ("AU", "0212345678", "+61212345678"),
            ("FI", "990442079460000", "+442079460000"),
        ] as [(String, String, String?)])
    func dialled(country: String, text: String, number: String?) {
        #expect(Dialling(country: country).number(text)?.e164 == number)
    }

    @Test func anAccountSaysItsOwn() {
        var settings = CallSettings(account: AccountID(rawValue: 1))
        settings.countryCode = "49"
        settings.nationalPrefix = "0"
        settings.internationalPrefixes = ["9"]
        let dialling = settings.dialling(in: "US")
        #expect(dialling.number("03012345678")?.e164 == "+493012345678")
        #expect(dialling.number("9442079460000")?.e164 == "+442079460000")
        #expect(settings.dialling(in: "US") != CallSettings(account: settings.account).dialling(in: "US"))
    }

    @Test(
        arguments: [
            ("+12025550100", ["US"]), ("+14165550100", ["CA"]), ("+18765550100", ["JM"]), ("+442079460000", ["GB"]),
            ("+74951234567", ["RU"]), ("+77171234567", ["KZ"]), ("+358401234567", ["FI"]), ("+390612345678", ["IT"]),
            ("+8821234567", []), ("+80012345678", []), ("+37712345678", ["MC"]),
        ] as [(String, [String])])
    func countries(number: String, countries: [String]) throws {
        let found = try #require(TelephoneNumber(number)).countries
        #expect(found.prefix(1).elementsEqual(countries))
    }

    @Test func everyCountryHasACodeWithinItsOwnNumbers() throws {
        for country in ["US", "CA", "JM", "GB", "JE", "DE", "KZ", "VA", "SJ", "CW"] {
            let code = try #require(CallingCodes.code(of: country))
            #expect(!code.isEmpty && code.first != "0", "\(country)")
        }
        // A country without telephones of its own has no code.
        #expect(CallingCodes.code(of: "XX") == nil)
    }

    @Test(
        arguments: [
            (.lite, "+12025550100", "US", true), (.lite, "+18005550100", "US", false),
            (.lite, "+19005550100", "US", false), (.lite, "+14165550100", "US", false),
            (.lite, "+442079460000", "US", false), (.domestic, "+18005550100", "US", true),
            (.domestic, "+18765550100", "US", false), (.domestic, "+14165550100", "CA", true),
            (.all, "+8821234567", "US", true), (.domestic, "+8821234567", "US", false),
            (.lite, "+442079460000", "GB", true), (.lite, "+449012345678", "GB", false),
            (.lite, "+448001234567", "GB", false), (.domestic, "+449012345678", "GB", true),
            (.lite, "+3531800123456", "IE", false), (.lite, "+35312345678", "IE", true),
        ] as [(TrafficClass, String, String, Bool)])
    func classes(traffic: TrafficClass, number: String, country: String, holds: Bool) throws {
        #expect(traffic.holds(try #require(TelephoneNumber(number)), country: country) == holds)
    }

    @Test(arguments: [("US", "911", true), ("US", "112", true), ("US", "999", false), ("GB", "999", true), ("AU", "000", true), ("DE", "110", true)])
    func emergencies(country: String, number: String, isEmergency: Bool) {
        var settings = CallSettings(account: AccountID(rawValue: 1))
        #expect(settings.isEmergency(number, in: country) == isEmergency)
        settings.emergencyNumbers = ["933"]
        #expect(settings.isEmergency("933", in: country))
    }
}
