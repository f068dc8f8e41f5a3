enum OperatorAPIStub {}
