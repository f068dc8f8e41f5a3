"""A phone on PJSUA2, driven by lines on standard input: register, unregister, quit.

Arguments: server (host:port), transport (udp or tcp), domain, user, password.
Prints "state CODE" after every answer that ends a registration attempt.
"""

import select
import sys

import pjsua2


class Account(pjsua2.Account):
    def onRegState(self, state):
        print("state", state.code, state.reason, flush=True)


def main():
    server, transport, domain, user, password = sys.argv[1:6]
    endpoint = pjsua2.Endpoint()
    endpoint.libCreate()

    settings = pjsua2.EpConfig()
    settings.uaConfig.threadCnt = 0
    settings.uaConfig.mainThreadOnly = True
    settings.uaConfig.userAgent = "PJSUA2"
    settings.logConfig.level = 4
    settings.logConfig.consoleLevel = 4
    endpoint.libInit(settings)

    local = pjsua2.TransportConfig()
    local.boundAddress = "127.0.0.1"
    kind = pjsua2.PJSIP_TRANSPORT_TCP if transport == "tcp" else pjsua2.PJSIP_TRANSPORT_UDP
    endpoint.transportCreate(kind, local)
    endpoint.libStart()
    endpoint.audDevManager().setNullDev()

    config = pjsua2.AccountConfig()
    config.idUri = f"sip:{user}@{domain}"
    config.regConfig.registrarUri = f"sip:{domain}"
    config.regConfig.registerOnAdd = False
    config.sipConfig.proxies.append(f"sip:{server};lr;transport={transport}")
    config.sipConfig.authCreds.append(pjsua2.AuthCredInfo("digest", "*", user, 0, password))
    account = Account()
    account.create(config)

    while True:
        endpoint.libHandleEvents(20)
        if not select.select([sys.stdin], [], [], 0)[0]:
            continue
        command = sys.stdin.readline().strip()
        if command in ("register", "unregister"):
            account.setRegistration(command == "register")
        else:
            break
    endpoint.libDestroy()


main()
