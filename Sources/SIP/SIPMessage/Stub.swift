enum SIPMessageStub {}
