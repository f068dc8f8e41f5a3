/// Which countries a number may be in, by what stands at its front (ITU-T E.164, assigned country codes; the North American
/// Numbering Plan's area codes), read in November 2026.
enum CallingCodes {
    /// The countries that share the number's code, the largest first; none for codes of no country (satellites, +800).
    static func countries(of number: TelephoneNumber) -> [String] {
        let digits = number.e164.utf8.dropFirst()
        if digits.first == UInt8(ascii: "1") {
            let area = String(number.e164.dropFirst(2).prefix(3))
            return [areas[area] ?? "US"]
        }
        if digits.starts(with: "76".utf8) || digits.starts(with: "77".utf8) { return ["KZ"] }
        for length in 1...3 {
            guard let code = Int(number.e164.dropFirst().prefix(length)), let found = countriesOfCode[code] else {
                continue
            }
            return found
        }
        return []
    }

    /// The code of a country without `+`, such as `44`.
    static func code(of country: String) -> String? { codesOfCountry[country].map(String.init) }

    /// What a country's people dial before numbers of it, and before those of others, where that is not `0` and `00`.
    static func prefixes(of country: String) -> (national: String, international: [String]) {
        if codesOfCountry[country] == 1 { return ("1", ["011"]) }
        let international = internationalPrefixes[country] ?? ["00"]
        return (nationalPrefixes[country] ?? (withoutNational.contains(country) ? "" : "0"), international)
    }

    private static let codesOfCountry: [String: Int] = {
        var codes: [String: Int] = [:]
        for entry in text.split(separator: " ") {
            let (letters, digits) = (entry.prefix(2), entry.dropFirst(2))
            codes[String(letters)] = Int(digits)
        }
        return codes
    }()

    /// In the order of the text, in which the country that gave a shared code its plan stands first.
    private static let countriesOfCode: [Int: [String]] = {
        var countries: [Int: [String]] = [:]
        for entry in text.split(separator: " ") {
            guard let code = Int(entry.dropFirst(2)) else { continue }
            countries[code, default: []].append(String(entry.prefix(2)))
        }
        return countries
    }()

    private static let text = """
        US1 CA1 AG1 AI1 AS1 BB1 BM1 BS1 DM1 DO1 GD1 GU1 JM1 KN1 KY1 LC1 MP1 MS1 PR1 SX1 TC1 TT1 VC1 VG1 VI1 UM1 \
        RU7 KZ7 EG20 ZA27 GR30 NL31 BE32 FR33 ES34 HU36 IT39 VA39 RO40 CH41 AT43 GB44 GG44 IM44 JE44 DK45 SE46 \
        NO47 SJ47 PL48 DE49 PE51 MX52 CU53 AR54 BR55 CL56 CO57 VE58 MY60 AU61 CC61 CX61 ID62 PH63 NZ64 SG65 TH66 \
        JP81 KR82 VN84 CN86 TR90 IN91 PK92 AF93 LK94 MM95 IR98 SS211 MA212 EH212 DZ213 TN216 LY218 GM220 SN221 \
        MR222 ML223 GN224 CI225 BF226 NE227 TG228 BJ229 MU230 LR231 SL232 GH233 NG234 TD235 CF236 CM237 CV238 \
        ST239 GQ240 GA241 CG242 CD243 AO244 GW245 IO246 SC248 SD249 RW250 ET251 SO252 DJ253 KE254 TZ255 UG256 \
        BI257 MZ258 ZM260 MG261 RE262 YT262 TF262 ZW263 NA264 MW265 LS266 BW267 SZ268 KM269 SH290 ER291 AW297 \
        FO298 GL299 GI350 PT351 LU352 IE353 IS354 AL355 MT356 CY357 FI358 AX358 BG359 LT370 LV371 EE372 MD373 \
        AM374 BY375 AD376 MC377 SM378 UA380 RS381 ME382 HR385 SI386 BA387 MK389 CZ420 SK421 LI423 FK500 GS500 \
        BZ501 GT502 SV503 HN504 NI505 CR506 PA507 PM508 HT509 GP590 BL590 MF590 BO591 GY592 EC593 GF594 PY595 \
        MQ596 SR597 UY598 CW599 BQ599 TL670 NF672 AQ672 HM672 BN673 NR674 PG675 TO676 SB677 VU678 FJ679 PW680 \
        WF681 CK682 NU683 WS685 KI686 NC687 TV688 PF689 TK690 FM691 MH692 KP850 HK852 MO853 KH855 LA856 BD880 \
        TW886 MV960 LB961 JO962 SY963 IQ964 KW965 SA966 YE967 OM968 PS970 AE971 IL972 BH973 QA974 BT975 MN976 \
        NP977 TJ992 TM993 AZ994 GE995 KG996 UZ998 PN64 BV47
        """

    /// Area codes of `+1` that are not the United States'.
    private static let areas: [String: String] = {
        let lists = [
            "CA": """
            204 226 236 249 250 257 263 273 289 306 343 354 365 367 368 382 387 403 416 418 428 431 437 438 450 460 468 \
            474 506 514 519 537 548 579 581 584 587 600 604 613 622 633 639 644 647 655 672 677 683 688 705 709 742 \
            753 778 780 782 807 819 825 867 873 879 902 905 942
            """,
            "AG": "268", "AI": "264", "AS": "684", "BB": "246", "BM": "441", "BS": "242", "DM": "767",
            "DO": "809 829 849", "GD": "473", "GU": "671", "JM": "658 876", "KN": "869", "KY": "345", "LC": "758",
            "MP": "670", "MS": "664", "PR": "787 939", "SX": "721", "TC": "649", "TT": "868", "VC": "784",
            "VG": "284", "VI": "340",
        ]
        var areas: [String: String] = [:]
        for (country, list) in lists {
            for area in list.split(whereSeparator: \.isWhitespace) { areas[String(area)] = country }
        }
        return areas
    }()

    private static let nationalPrefixes = ["RU": "8", "KZ": "8", "BY": "8", "TM": "8", "HU": "06", "MH": "1"]

    /// Countries whose numbers are dialled at home as they are abroad, without the country's code.
    private static let withoutNational: Set<String> = [
        "AD", "AO", "AW", "BF", "BH", "BI", "BJ", "BN", "BQ", "BT", "BW", "BZ", "CF", "CG", "CI", "CK", "CL", "CM",
        "CR", "CV", "CW", "CY", "CZ", "DJ", "DK", "EE", "ES", "FJ", "FK", "FM", "FO", "GA", "GI", "GL", "GM", "GN",
        "GQ", "GR", "GT", "GW", "GY", "HK", "HN", "HT", "IO", "IS", "IT", "KM", "KW", "LS", "LU", "LV", "ML", "MO",
        "MR", "MT", "MU", "MV", "MX", "MZ", "NC", "NE", "NF", "NI", "NO", "NR", "NU", "OM", "PA", "PF", "PG", "PL",
        "PT", "PW", "QA", "SB", "SC", "SG", "SH", "SJ", "SM", "SN", "SR", "ST", "SV", "SZ", "TD", "TG", "TJ", "TK",
        "TL", "TN", "TO", "TV", "UZ", "VA", "VU", "WF", "WS",
    ]

    private static let internationalPrefixes = [
        "AU": ["0011"], "BY": ["810"], "CX": ["0011"], "CC": ["0011"], "CU": ["119"], "FI": ["00", "990", "999"],
        "HK": ["001"], "ID": ["001", "008", "007"], "JP": ["010"], "KE": ["000"], "KH": ["001", "007"],
        "KR": ["001", "002"], "KZ": ["810"], "MN": ["001"], "NG": ["009"], "RU": ["810"], "SG": ["001", "008"],
        "TH": ["001", "00"], "TM": ["810"], "TW": ["002"], "TZ": ["000"], "UG": ["000"], "GY": ["001"], "MH": ["011"], "PW": ["011", "012"], "TJ": ["810"],
    ]
}
