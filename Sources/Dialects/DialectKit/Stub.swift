enum DialectKitStub {}
