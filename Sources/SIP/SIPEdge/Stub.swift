enum SIPEdgeStub {}
