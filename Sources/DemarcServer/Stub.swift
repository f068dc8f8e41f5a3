import ArgumentParser
import AsyncHTTPClient
import Configuration
import ServiceLifecycle
import Logging
enum DemarcServerStub {}
