/// States, districts, territories and provinces that an address can name.
///
/// Codes of the United States Postal Service (Publication 28, appendix B) and of Canada Post (Addressing Guidelines,
/// "Province and territory symbols"), as of 2026.
enum Regions {
    /// Whether the country, by any of its usual names, has a region with that two-letter code.
    static func contains(state: String, country: String) -> Bool {
        countries[country.lowercased()]?.contains(state.uppercased()) ?? false
    }

    /// Whether the name means Canada.
    static func isCanada(_ country: String) -> Bool { canadianNames.contains(country.lowercased()) }

    private static let countries: [String: Set<String>] = {
        let names = [(americanNames, unitedStates), (canadianNames, canada)]
        return Dictionary(uniqueKeysWithValues: names.flatMap { names, codes in names.map { ($0, codes) } })
    }()

    private static let americanNames: Set<String> = ["us", "usa", "united states", "united states of america"]
    private static let canadianNames: Set<String> = ["ca", "can", "canada"]

    private static let unitedStates = codes(
        """
        AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK \
        OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI
        """)

    private static let canada = codes("AB BC MB NB NL NS NT NU ON PE QC SK YT")

    private static func codes(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }
}
