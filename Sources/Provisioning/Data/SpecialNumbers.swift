/// What of a country's numbers is free, premium or an emergency's: from the numbering plans of the countries, November 2026.
enum SpecialNumbers {
    /// What stands behind the country's code of toll-free and premium numbers.
    static func costly(in country: String) -> [String] {
        if CallingCodes.code(of: country) == "1" { return northAmerican }
        return costlyByCountry[country] ?? ["800", "900"]
    }

    /// Whom a country calls in need; 112 and 911 are known everywhere.
    static func emergency(in country: String) -> [String] {
        ["112", "911"] + (emergencyByCountry[country] ?? [])
    }

    /// The one number for every need.
    static func general(in country: String) -> String { CallingCodes.code(of: country) == "1" ? "911" : "112" }

    /// Toll-free codes with those set aside for them, and 900.
    private static let northAmerican = [
        "800", "822", "833", "844", "855", "866", "877", "880", "881", "882", "883", "884", "885", "886", "887",
        "888", "889", "900",
    ]

    private static let costlyByCountry: [String: [String]] = [
        "AT": ["800", "810", "820", "900", "901", "930", "931", "939"],
        "AU": ["1800", "180", "190"],
        "BE": ["800", "70", "90"],
        "BR": ["800", "300", "500", "900"],
        "CH": ["800", "900", "901", "906"],
        "CZ": ["800", "90"],
        "DE": ["800", "137", "180", "900"],
        "DK": ["80", "90"],
        "ES": ["800", "803", "806", "807", "900", "905", "907"],
        "FI": ["800", "600", "700"],
        "FR": ["80", "81", "82", "89"],
        "GB": ["500", "70", "76", "800", "808", "84", "87", "9", "118"],
        "IE": ["1800", "15"],
        "IN": ["1800", "1860", "190"],
        "IT": ["800", "803", "16", "178", "84", "89"],
        "JP": ["120", "800", "990"],
        "MX": ["800", "900"],
        "NL": ["800", "90"],
        "NO": ["80", "82"],
        "NZ": ["800", "508", "900"],
        "PL": ["800", "70"],
        "PT": ["800", "60", "76"],
        "SE": ["20", "90", "939", "944"],
        "ZA": ["80", "86"],
    ]

    private static let emergencyByCountry: [String: [String]] = [
        "AT": ["122", "133", "144"], "AU": ["000"], "BE": ["100", "101"], "BR": ["190", "192", "193"],
        "CH": ["117", "118", "144"], "CL": ["131", "132", "133"], "CN": ["110", "119", "120"],
        "CZ": ["150", "155", "158"], "DE": ["110"], "DK": ["114"], "ES": ["061", "062", "080", "091", "092"],
        "FR": ["15", "17", "18", "114", "119"], "GB": ["999"], "GR": ["100", "166", "199"], "HK": ["999"],
        "IE": ["999"], "IL": ["100", "101", "102"], "IN": ["100", "101", "102", "108"],
        "IT": ["113", "115", "118"], "JP": ["110", "118", "119"], "KR": ["112", "119"], "MY": ["999"],
        "NO": ["110", "113"], "NZ": ["111"], "PL": ["997", "998", "999"], "RU": ["101", "102", "103"],
        "SG": ["995", "999"], "TW": ["110", "119"], "UA": ["101", "102", "103"], "ZA": ["10111", "10177"],
    ]
}
