import Foundation

/// One request with a secret in one place of it.
///
/// `{secret}` stands for the secret; `{enswitch}` and `{voximplant}` for parameters, `{signalwire}` for a header, that sign
/// the client in.
struct Planting: Sendable {
    let place: String
    let line: String
    var headers: [String] = []
    var body: String?
    /// What must stand in the answer, so that the request got as far as it was meant to.
    let answer: String

    private init(_ place: String, _ line: String, headers: [String] = [], _ body: String? = nil, answer: String) {
        (self.place, self.line, self.headers, self.body, self.answer) = (place, line, headers, body, answer)
    }

    static let all = enswitch + voximplant + signalWire

    private static let carrier = "name=c;type=sip;destination=carrier.example;username=u"

    private static let enswitch = [
        Planting(
            "password of a peer", "GET /api/json/peers/create?{enswitch};\(carrier);password={secret}",
            answer: "\"code\":\"200\""),
        Planting(
            "new password of a peer", "POST /api/json/peers/update", headers: [form],
            "{enswitch}&id=1&password={secret}", answer: "\"code\":\"204\""),
        Planting(
            "password of a peer that is only checked",
            "GET /api/json/peers/create?{enswitch};\(carrier);password={secret};validation=1",
            answer: "\"code\":\"201\""),
        Planting(
            "password of a refused peer",
            "GET /api/json/peers/create?{enswitch};name=c;type=sip;password={secret};codecs=none",
            answer: "\"code\":\"400\""),
        Planting(
            "parameter that does not exist", "GET /api/json/peers/list?{enswitch};secret={secret}",
            answer: "\"code\":\"200\""),
        Planting(
            "parameters that cannot be read", "GET /api/json/peers/create?{enswitch};password={secret}%zz",
            answer: "\"code\":\"400\""),
        Planting(
            "wrong auth_password", "GET /api/json/user/login?auth_username=admin;auth_password={secret}",
            answer: "\"code\":\"401\""),
        Planting("invented auth_token", "GET /api/json/peers/list?auth_token={secret}", answer: "\"code\":\"401\""),
        Planting(
            "auth_token shaped as one", "POST /api/json/peers/list", headers: [form],
            "auth_token=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.{secret}", answer: "\"code\":\"401\""),
        Planting(
            "function that does not exist", "GET /api/json/peers/steal?auth_password={secret}",
            answer: "\"code\":\"404\""),
    ]

    private static let registration = "sip_username=u&proxy=sip.example.com"
    private static let user = "user_display_name=U&application_name=support"

    private static let voximplant = [
        Planting(
            "setting up", "GET /platform_api/AddApplication?{voximplant}&application_name=support&secret={secret}",
            answer: "\"result\":1"),
        Planting(
            "password of a user",
            "GET /platform_api/AddUser?{voximplant}&\(user)&user_name=user1&user_password={secret}",
            answer: "\"result\":1"),
        Planting(
            "new password of a user", "POST /platform_api/SetUserInfo", headers: [form],
            "{voximplant}&application_name=support&user_name=user1&user_password={secret}", answer: "\"result\":1"),
        Planting(
            "password of a refused user",
            "GET /platform_api/AddUser?{voximplant}&\(user)&user_name=user1&user_password={secret}",
            answer: "\"code\":118"),
        Planting(
            "password with a space",
            "GET /platform_api/AddUser?{voximplant}&\(user)&user_name=user2&user_password=a%20{secret}",
            answer: "\"code\":524"),
        Planting(
            "password of a registration",
            "GET /platform_api/CreateSipRegistration?{voximplant}&\(registration)&password={secret}",
            answer: "\"result\":1"),
        Planting(
            "new password of a registration", "POST /platform_api", headers: [form],
            "{voximplant}&cmd=UpdateSipRegistration&sip_registration_id=1&password={secret}", answer: "\"result\":1"),
        Planting(
            "password of a refused registration",
            "GET /platform_api/CreateSipRegistration?{voximplant}&sip_username=u&password={secret}",
            answer: "\"code\":134"),
        Planting(
            "callback salt",
            "GET /platform_api/SetAccountInfo?{voximplant}&callback_url=http%3A%2F%2Fa.example%2F&callback_salt={secret}",
            answer: "\"result\":1"),
        Planting(
            "callback salt that is too long",
            "GET /platform_api/SetAccountInfo?{voximplant}&callback_salt={secret}01234567890123456789",
            answer: "\"code\":399"),
        Planting(
            "wrong api_key", "GET /platform_api/GetAccountInfo?account_id=1&api_key={secret}", answer: "\"code\":100"),
        Planting(
            "Bearer token that is none", "GET /platform_api/GetAccountInfo",
            headers: ["Authorization: Bearer {secret}"],
            answer: "\"code\":447"),
        Planting(
            "multipart form", "POST /platform_api", headers: ["Content-Type: multipart/form-data; boundary=b"],
            "--b\r\nContent-Disposition: form-data; name=\"api_key\"\r\n\r\n{secret}\r\n--b\r\n"
                + "Content-Disposition: form-data; name=\"cmd\"\r\n\r\nGetAccountInfo\r\n--b--\r\n",
            answer: "\"code\":100"),
        Planting(
            "command that does not exist", "GET /platform_api/Steal?{voximplant}&password={secret}",
            answer: "\"code\":103"),
    ]

    private static let endpoints = "/api/fabric/resources/sip_endpoints"

    private static let signalWire = [
        Planting(
            "password of a subscriber", "POST /api/fabric/resources/subscribers", headers: json,
            #"{"email":"a@example.com","password":"{secret}"}"#, answer: "\"email\":\"a@example.com\""),
        Planting(
            "password of a refused subscriber", "POST /api/fabric/resources/subscribers", headers: json,
            #"{"email":"a@example.com","password":"{secret}"}"#, answer: "\"errors\":["),
        Planting(
            "password of an endpoint", "POST \(endpoints)", headers: json,
            #"{"username":"phone","password":"{secret}"}"#, answer: "\"username\":\"phone\""),
        Planting(
            "password of a refused endpoint", "POST \(endpoints)", headers: json,
            #"{"username":"phone2","password":"{secret}","ciphers":["ROT13"]}"#, answer: "\"errors\":["),
        Planting(
            "attribute that does not exist", "POST \(endpoints)", headers: json,
            #"{"username":"phone3","secret":"{secret}"}"#, answer: "\"errors\":["),
        Planting(
            "JSON that breaks off", "POST \(endpoints)", headers: json, #"{"username":"phone","password":"{secret}"#,
            answer: "Bad Request"),
        Planting(
            "refresh token that is none", "POST /api/fabric/subscribers/tokens/refresh", headers: json,
            #"{"refresh_token":"{secret}"}"#, answer: "\"errors\":["),
        Planting(
            "wrong API token", "GET \(endpoints)", headers: ["Authorization: Basic {secret}"],
            answer: "Unauthorized"),
        Planting(
            "query", "GET /api/fabric/resources/subscribers?password={secret}", headers: ["{signalwire}"],
            answer: "\"data\":["),
    ]

    private static let form = "Content-Type: application/x-www-form-urlencoded"
    private static let json = ["{signalwire}", "Content-Type: application/json"]

    /// What a client of each vendor reads back; none of it shows a secret.
    static let readings: [(line: String, headers: [String])] = [
        ("GET /api/json/peers/list?{enswitch}", []), ("GET /api/json/peers/get?{enswitch};id=1", []),
        ("GET /platform_api/GetSipRegistrations?{voximplant}", []),
        ("GET /platform_api/GetUsers?{voximplant}&application_name=support", []),
        ("GET /platform_api/GetKeys?{voximplant}", []), ("GET \(endpoints)", ["{signalwire}"]),
        ("GET /api/fabric/resources/subscribers", ["{signalwire}"]),
    ]
}
