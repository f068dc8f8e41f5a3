import Testing

/// How one of the vendor's SDKs writes its requests; read in their sources on 2026-11-21 (versions beside each).
struct SDK: Sendable, CustomTestStringConvertible {
    let name: String
    /// Where it asks.
    let base: String
    /// What it sends with every request.
    let headers: [String]
    /// Whether it sends its password only when a 401 asks for it.
    var waitsForChallenge = false
    /// Whether it updates SIP peers.
    var updatesPeers = true
    /// How it asks for the numbers of a peer.
    var numbersQuery = ""
    let site: String
    let siteUpdate: String
    let peer: String
    /// What it sends to change a peer's description to `changed`; `{peer}` and `{site}` are ids.
    let peerUpdate: String
    let number: String
    /// Moves 9195551234 and 9195551235.
    let move: String

    var testDescription: String { name }

    static let all = [python, ruby, node, csharp, java, php]

    private static let xmlHeaders = ["Accept: application/xml", "Content-Type: application/xml"]

    /// bandwidth-numbers-sdk 1.2.0: elements in alphabetical order; an update echoes what was read.
    private static let python = SDK(
        name: "Python", base: "/api",
        headers: ["User-Agent: python-requests/2.32.5", "Accept: */*", "content-type: application/xml"],
        site: """
            <?xml version='1.0' encoding='UTF-8'?>
            <Site><Address><AddressType>Service</AddressType><City>Raleigh</City><HouseNumber>900</HouseNumber>\
            <StateCode>NC</StateCode><StreetName>Main</StreetName><Zip>27606</Zip></Address>\
            <CustomerName>BW</CustomerName><Description>Test</Description><Name>Raleigh</Name></Site>
            """,
        siteUpdate: """
            <?xml version='1.0' encoding='UTF-8'?>
            <Site><Address><AddressType>Service</AddressType><City>Raleigh</City><Country>United States</Country>\
            <HouseNumber>900</HouseNumber><StateCode>NC</StateCode><StreetName>Main</StreetName><Zip>27606</Zip>\
            </Address><Description>changed</Description><Id>{site}</Id><Name>Raleigh</Name></Site>
            """,
        peer: """
            <?xml version='1.0' encoding='UTF-8'?>
            <SipPeer><IsDefaultPeer>true</IsDefaultPeer><PeerName>peer</PeerName>\
            <ShortMessagingProtocol>SMPP</ShortMessagingProtocol>\
            <SmsHosts><Host><HostName>1.1.1.1</HostName></Host></SmsHosts>\
            <TerminationHosts><TerminationHost><CustomerTrafficAllowed>DOMESTIC</CustomerTrafficAllowed>\
            <DataAllowed>true</DataAllowed><HostName>1.1.1.1</HostName><Port>0</Port></TerminationHost>\
            </TerminationHosts><VoiceHosts><Host><HostName>1.1.1.1</HostName></Host></VoiceHosts></SipPeer>
            """,
        peerUpdate: """
            <?xml version='1.0' encoding='UTF-8'?>
            <SipPeer><Description>changed</Description><IsDefaultPeer>true</IsDefaultPeer><PeerId>{peer}</PeerId>\
            <PeerName>peer</PeerName><ShortMessagingProtocol>SMPP</ShortMessagingProtocol></SipPeer>
            """,
        number: """
            <?xml version='1.0' encoding='UTF-8'?>
            <SipPeerTelephoneNumber><FullNumber>9195551234</FullNumber><RewriteUser>sales</RewriteUser>\
            </SipPeerTelephoneNumber>
            """,
        move: """
            <?xml version='1.0' encoding='UTF-8'?>
            <SipPeerTelephoneNumbers><FullNumber>9195551234</FullNumber><FullNumber>9195551235</FullNumber>\
            </SipPeerTelephoneNumbers>
            """)

    /// ruby-bandwidth-iris 1a70233: the order of the hash, only what is in it.
    private static let ruby = SDK(
        name: "Ruby", base: "/v1.0", headers: xmlHeaders + ["User-Agent: Ruby-Bandwidth-Iris"], updatesPeers: false,
        site: """
            <?xml version="1.0" encoding="UTF-8"?><Site><Name>Raleigh</Name><Description>Test</Description><Address>\
            <HouseNumber>900</HouseNumber><StreetName>Main</StreetName><City>Raleigh</City><StateCode>NC</StateCode>\
            <Zip>27606</Zip><AddressType>Service</AddressType></Address></Site>
            """,
        siteUpdate:
            #"<?xml version="1.0" encoding="UTF-8"?><Site><Description>changed</Description></Site>"#,
        peer: """
            <?xml version="1.0" encoding="UTF-8"?><SipPeer><PeerName>peer</PeerName>\
            <IsDefaultPeer>true</IsDefaultPeer><ShortMessagingProtocol>SMPP</ShortMessagingProtocol><VoiceHosts>\
            <Host><HostName>1.1.1.1</HostName></Host></VoiceHosts><SmsHosts><Host><HostName>1.1.1.1</HostName></Host>\
            </SmsHosts><TerminationHosts><TerminationHost><HostName>1.1.1.1</HostName><Port>0</Port>\
            <CustomerTrafficAllowed>DOMESTIC</CustomerTrafficAllowed><DataAllowed>true</DataAllowed>\
            </TerminationHost></TerminationHosts></SipPeer>
            """,
        peerUpdate: "",
        number: """
            <?xml version="1.0" encoding="UTF-8"?><SipPeerTelephoneNumber><FullNumber>9195551234</FullNumber>\
            <RewriteUser>sales</RewriteUser></SipPeerTelephoneNumber>
            """,
        move: """
            <?xml version="1.0" encoding="UTF-8"?><SipPeerTelephoneNumbers><FullNumber>9195551234</FullNumber>\
            <FullNumber>9195551235</FullNumber></SipPeerTelephoneNumbers>
            """)

    /// node-numbers 5fb5813: printed on lines of their own; the peer brings its `SiteId`.
    private static let node = SDK(
        name: "Node", base: "/api", headers: ["User-Agent: node-numbers", "Content-Type: application/xml"],
        numbersQuery: "?page=1&size=5000",
        site: """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <Site>
              <Name>Raleigh</Name>
              <Description>Test</Description>
              <Address>
                <City>Raleigh</City>
                <AddressType>Service</AddressType>
                <HouseNumber>900</HouseNumber>
                <StreetName>Main</StreetName>
                <StateCode>NC</StateCode>
                <Zip>27606</Zip>
              </Address>
            </Site>
            """,
        siteUpdate: """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <Site>
              <Description>changed</Description>
            </Site>
            """,
        peer: """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <SipPeer>
              <PeerName>peer</PeerName>
              <IsDefaultPeer>true</IsDefaultPeer>
              <ShortMessagingProtocol>SMPP</ShortMessagingProtocol>
              <SiteId>{site}</SiteId>
              <VoiceHosts>
                <Host>
                  <HostName>1.1.1.1</HostName>
                </Host>
              </VoiceHosts>
              <SmsHosts>
                <Host>
                  <HostName>1.1.1.1</HostName>
                </Host>
              </SmsHosts>
              <TerminationHosts>
                <TerminationHost>
                  <HostName>1.1.1.1</HostName>
                  <Port>0</Port>
                </TerminationHost>
              </TerminationHosts>
            </SipPeer>
            """,
        peerUpdate: """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <SipPeer>
              <PeerName>peer</PeerName>
              <Description>changed</Description>
            </SipPeer>
            """,
        number: """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <SipPeerTelephoneNumber>
              <FullNumber>9195551234</FullNumber>
              <RewriteUser>sales</RewriteUser>
            </SipPeerTelephoneNumber>
            """,
        move: """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <SipPeerTelephoneNumbers>
              <FullNumber>9195551234</FullNumber>
              <FullNumber>9195551235</FullNumber>
            </SipPeerTelephoneNumbers>
            """)
}

extension SDK {
    private static let spaces =
        #"xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema""#

    /// csharp-bandwidth-iris fa37932: name spaces on the root, every host with a port, `SiteId`, `Id` and `PeerId`.
    private static let csharp = SDK(
        name: "C#", base: "/v1.0",
        headers: [
            "User-Agent: csharp-bandwidth-iris", "Accept: application/xml",
            "Content-Type: application/xml; charset=utf-8",
        ],
        numbersQuery: "?page=1&size=50000",
        site: """
            <?xml version="1.0" encoding="utf-8"?>
            <Site \(spaces)>
              <Name>Raleigh</Name>
              <Description>Test</Description>
              <Address>
                <HouseNumber>900</HouseNumber>
                <StreetName>Main</StreetName>
                <City>Raleigh</City>
                <StateCode>NC</StateCode>
                <Zip>27606</Zip>
                <AddressType>Service</AddressType>
              </Address>
            </Site>
            """,
        siteUpdate: """
            <?xml version="1.0" encoding="utf-8"?>
            <Site \(spaces)>
              <Id>{site}</Id>
              <Name>Raleigh</Name>
              <Description>changed</Description>
            </Site>
            """,
        peer: """
            <?xml version="1.0" encoding="utf-8"?>
            <SipPeer \(spaces)>
              <SiteId>{site}</SiteId>
              <PeerName>peer</PeerName>
              <IsDefaultPeer>true</IsDefaultPeer>
              <ShortMessagingProtocol>SMPP</ShortMessagingProtocol>
              <VoiceHosts><Host><HostName>1.1.1.1</HostName><Port>0</Port></Host></VoiceHosts>
              <SmsHosts><Host><HostName>1.1.1.1</HostName><Port>0</Port></Host></SmsHosts>
              <TerminationHosts>
                <TerminationHost>
                  <HostName>1.1.1.1</HostName>
                  <Port>0</Port>
                  <DataAllowed>false</DataAllowed>
                </TerminationHost>
              </TerminationHosts>
            </SipPeer>
            """,
        peerUpdate: """
            <?xml version="1.0" encoding="utf-8"?>
            <SipPeer \(spaces)>
              <SiteId>{site}</SiteId>
              <Id>{peer}</Id>
              <PeerId>{peer}</PeerId>
              <PeerName>peer</PeerName>
              <Description>changed</Description>
              <IsDefaultPeer>true</IsDefaultPeer>
            </SipPeer>
            """,
        number: """
            <?xml version="1.0" encoding="utf-8"?>
            <SipPeerTelephoneNumber \(spaces)>
              <FullNumber>9195551234</FullNumber>
              <RewriteUser>sales</RewriteUser>
            </SipPeerTelephoneNumber>
            """,
        move: """
            <?xml version="1.0" encoding="utf-8"?>
            <SipPeerTelephoneNumbers><FullNumber>9195551234</FullNumber><FullNumber>9195551235</FullNumber>\
            </SipPeerTelephoneNumbers>
            """)

    /// java-bandwidth-iris 3c190f7: every list even if empty, `siteId` in small letters, hosts with a name only.
    private static let java = SDK(
        name: "Java", base: "/v1.0", headers: xmlHeaders + ["User-Agent: java-bandwidth-iris"],
        waitsForChallenge: true, updatesPeers: false,
        site: """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?><Site><Name>Raleigh</Name>\
            <Description>Test</Description><Address><HouseNumber>900</HouseNumber><StreetName>Main</StreetName>\
            <City>Raleigh</City><StateCode>NC</StateCode><Zip>27606</Zip><AddressType>Service</AddressType></Address>\
            </Site>
            """,
        siteUpdate: """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?><Site><Name>Raleigh</Name>\
            <Description>changed</Description></Site>
            """,
        peer: """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?><SipPeer><siteId>{site}</siteId>\
            <PeerName>peer</PeerName><IsDefaultPeer>true</IsDefaultPeer>\
            <ShortMessagingProtocol>SMPP</ShortMessagingProtocol>\
            <VoiceHosts><Host><HostName>1.1.1.1</HostName></Host></VoiceHosts>\
            <SmsHosts><Host><HostName>1.1.1.1</HostName></Host></SmsHosts>\
            <TerminationHosts><TerminationHost><HostName>1.1.1.1</HostName></TerminationHost></TerminationHosts>\
            <VoiceHostGroups/></SipPeer>
            """,
        peerUpdate: "",
        number: """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?><SipPeerTelephoneNumber>\
            <FullNumber>9195551234</FullNumber><RewriteUser>sales</RewriteUser></SipPeerTelephoneNumber>
            """,
        move: """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?><SipPeerTelephoneNumbers>\
            <FullNumber>9195551234</FullNumber><FullNumber>9195551235</FullNumber></SipPeerTelephoneNumbers>
            """)

    /// php-bandwidth-iris d5f0a9c: true is `1`, false an empty element; an update echoes what was read.
    private static let php = SDK(
        name: "PHP", base: "/api", headers: xmlHeaders + ["User-Agent: PHP-Bandwidth-Iris"],
        site: """
            <?xml version="1.0"?>
            <Site><Name>Raleigh</Name><Description>Test</Description><Address><City>Raleigh</City>\
            <AddressType>Service</AddressType><HouseNumber>900</HouseNumber><StreetName>Main</StreetName>\
            <StateCode>NC</StateCode><Zip>27606</Zip></Address></Site>

            """,
        siteUpdate: """
            <?xml version="1.0"?>
            <Site><Id>{site}</Id><Name>Raleigh</Name><Description>changed</Description></Site>

            """,
        peer: """
            <?xml version="1.0"?>
            <SipPeer><PeerName>peer</PeerName><IsDefaultPeer>1</IsDefaultPeer>\
            <ShortMessagingProtocol>SMPP</ShortMessagingProtocol>\
            <VoiceHosts><Host><HostName>1.1.1.1</HostName></Host></VoiceHosts>\
            <SmsHosts><Host><HostName>1.1.1.1</HostName></Host></SmsHosts>\
            <TerminationHosts><TerminationHost><HostName>1.1.1.1</HostName><Port>0</Port>\
            <CustomerTrafficAllowed>DOMESTIC</CustomerTrafficAllowed><DataAllowed/></TerminationHost>\
            </TerminationHosts></SipPeer>

            """,
        peerUpdate: """
            <?xml version="1.0"?>
            <SipPeer><PeerId>{peer}</PeerId><PeerName>peer</PeerName><Description>changed</Description>\
            <IsDefaultPeer>1</IsDefaultPeer></SipPeer>

            """,
        number: """
            <?xml version="1.0"?>
            <SipPeerTelephoneNumber><FullNumber>9195551234</FullNumber><RewriteUser>sales</RewriteUser>\
            </SipPeerTelephoneNumber>

            """,
        move: """
            <?xml version="1.0"?>
            <SipPeerTelephoneNumbers><FullNumber>9195551234</FullNumber><FullNumber>9195551235</FullNumber>\
            </SipPeerTelephoneNumbers>

            """)
}
