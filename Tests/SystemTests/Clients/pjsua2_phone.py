"""A phone on PJSUA2, driven by lines on standard input: register, unregister, call URI, transfer URI, join, busy, free,
reinvite, hangup, media, quit.

Arguments: server (host:port), transport (udp or tcp), domain, user, password, how it encrypts media (none, optional or
required), the port that it is called at (0 for any), and the address that it says its media is at, where that is not its
own. It answers whoever calls and sends a tone for as long as a call is up; once told "busy" it refuses them, until "free".
Prints "state CODE" after every answer that ends a registration attempt, "call STATE CODE" whenever a call changes,
"offered CODE" for the answer to each INVITE, "transfer CODE" for what it hears of one, and "media RECEIVED SENT" packets of
RTP when it is asked.
"""

import os
import select
import sys

import pjsua2


class Account(pjsua2.Account):
    def onRegState(self, state):
        print("state", state.code, state.reason, flush=True)


    def onIncomingCall(self, incoming):
        call = Call(self, incoming.callId)
        calls.append(call)
        call.answer(parameters(486 if busy else 200))


class Call(pjsua2.Call):
    tone = None

    def onCallState(self, state):
        info = self.getInfo()
        print("call", info.stateText, info.lastStatusCode, info.remoteUri, flush=True)
        if info.state == pjsua2.PJSIP_INV_STATE_DISCONNECTED:
            ended.append(self)

    def onCallTsxState(self, change):
        transaction = change.e.body.tsxState.tsx
        isOver = transaction.state in (pjsua2.PJSIP_TSX_STATE_COMPLETED, pjsua2.PJSIP_TSX_STATE_TERMINATED)
        if isOver and transaction.role == pjsua2.PJSIP_ROLE_UAC and transaction.method == "INVITE":
            print("offered", transaction.statusCode, flush=True)

    def onCallReplaced(self, replaced):
        # The other call takes the place of this one, which ends.
        calls.append(Call(accounts[0], replaced.newCallId))

    def onCallTransferStatus(self, status):
        print("transfer", int(status.statusCode), flush=True)

    def onCallMediaState(self, state):
        if self.getInfo().media[0].status != pjsua2.PJSUA_CALL_MEDIA_ACTIVE:
            return
        self.tone = self.tone or pjsua2.ToneGenerator()
        if self.tone.getPortId() < 0:
            self.tone.createToneGenerator()
            note = pjsua2.ToneDesc()
            note.freq1, note.on_msec, note.off_msec = 440, 1000, 0
            notes = pjsua2.ToneDescVector()
            notes.append(note)
            self.tone.play(notes, True)
        self.tone.startTransmit(self.getAudioMedia(-1))


accounts = []
calls = []
ended = []
busy = []


def current():
    return [call for call in calls if call not in ended]


def parameters(status=0):
    values = pjsua2.CallOpParam(True)
    values.statusCode = status
    return values


def main():
    server, transport, domain, user, password = sys.argv[1:6]
    encryption = sys.argv[6] if len(sys.argv) > 6 else "none"
    port = int(sys.argv[7]) if len(sys.argv) > 7 else 0
    endpoint = pjsua2.Endpoint()
    endpoint.libCreate()

    settings = pjsua2.EpConfig()
    settings.uaConfig.threadCnt = 0
    settings.uaConfig.mainThreadOnly = True
    settings.uaConfig.userAgent = "PJSUA2"
    # A tone that goes on and on is noise to its detector of voices.
    settings.medConfig.noVad = True
    # The device without sound, which is the clock, does not always come back for a later call.
    settings.medConfig.sndAutoCloseTime = -1
    settings.logConfig.level = 4
    settings.logConfig.consoleLevel = 4
    endpoint.libInit(settings)

    local = pjsua2.TransportConfig()
    local.boundAddress = "127.0.0.1"
    local.port = port
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
    config.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
    if len(sys.argv) > 8:
        config.mediaConfig.transportConfig.publicAddress = sys.argv[8]
    config.mediaConfig.srtpUse = {"none": 0, "optional": 1, "required": 2}[encryption]
    config.mediaConfig.srtpSecureSignaling = 0
    account = Account()
    account.create(config)
    accounts.append(account)

    waiting = []
    while True:
        endpoint.libHandleEvents(20)
        if not waiting:
            if not select.select([0], [], [], 0)[0]:
                continue
            # Several lines may come at once; none at all is the end.
            waiting = os.read(0, 65536).decode().splitlines() or ["quit"]
        command = waiting.pop(0).strip()
        if command in ("register", "unregister"):
            account.setRegistration(command == "register")
        elif command.startswith("call "):
            calls.append(Call(account))
            calls[-1].makeCall(command.removeprefix("call "), parameters())
        elif command.startswith("transfer "):
            current()[-1].xfer(command.removeprefix("transfer "), parameters())
        elif command == "join":
            current()[0].xferReplaces(current()[1], parameters())
        elif command == "busy":
            busy.append(True)
            print("now busy", flush=True)
        elif command == "free":
            busy.clear()
            print("now free", flush=True)
        elif command == "hangup":
            for call in current():
                call.hangup(parameters())
        elif command == "reinvite":
            for call in current():
                call.reinvite(parameters())
        elif command == "media":
            # A call that is not answered has no stream to ask.
            counts = [call.getStreamStat(0).rtcp for call in current() if call.hasMedia()]
            for received, sent in [(count.rxStat.pkt, count.txStat.pkt) for count in counts] or [(0, 0)]:
                print("media", received, sent, flush=True)
        else:
            break
    calls.clear()
    accounts.clear()
    endpoint.libDestroy()


main()
