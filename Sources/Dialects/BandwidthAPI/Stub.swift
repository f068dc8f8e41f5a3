enum BandwidthAPIStub {}
