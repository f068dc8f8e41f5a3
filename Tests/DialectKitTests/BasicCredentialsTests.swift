import DialectKit
import Provisioning
import Testing

@Suite struct BasicCredentialsTests {
    @Test(arguments: [
        ("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"),  // RFC 7617 section 2
        ("basic dGVzdDoxMjPCow==", "test", "123\u{A3}"),  // RFC 7617 section 2.1
        ("BASIC  QTo=", "A", ""),
        ("Basic YTpiOmM=", "a", "b:c"),
    ])
    func aNameAndPasswordAreRead(header: String, name: String, password: String) throws {
        let credentials = try #require(BasicCredentials(authorization: header))
        #expect(credentials.name == name)
        #expect(credentials.password.reveal() == password)
    }

    @Test(arguments: [
        nil, "", "Basic", "Basic ", "Bearer QTo=", "Basic QWxhZGRpbg==", "Basic ?", "Basic OnB3", "Basic wyg6cA==",
        "Basic " + String(repeating: "QUJD", count: 300),
    ])
    func anythingElseIsNobody(header: String?) { #expect(BasicCredentials(authorization: header) == nil) }

    @Test func thePasswordIsNotPrinted() throws {
        let credentials = try #require(BasicCredentials(authorization: "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="))
        #expect(!"\(credentials)".contains("sesame"))
    }
}
