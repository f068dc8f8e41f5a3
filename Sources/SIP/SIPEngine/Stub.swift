enum SIPEngineStub {}
