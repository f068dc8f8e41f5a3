enum SIPTransportStub {}
