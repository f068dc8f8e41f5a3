/// One leg of a call, as it is kept: the caller's is the first, then one for every target that was tried.
package struct CallLeg: Sendable, Equatable {
    /// The call's id, unique in the installation.
    package let call: String
    /// 0 is the caller's leg.
    package let position: Int
    package let account: AccountID
    /// Who the caller was proved to be, on every leg of the call.
    package let identity: CallIdentity
    /// The caller as it is known, and what it called: numbers in E.164 form, or names.
    package var from: String
    package var to: String
    /// Whoever is at the other end: a source, a binding, a carrier's host.
    package var party: String
    package let started: Timestamp
    package var rang: Timestamp?
    package var answered: Timestamp?
    /// `nil` while it lasts.
    package var ended: Timestamp?
    /// The final status of SIP; 0 while there is none.
    package var status: Int
    /// Why it ended, such as `bye-by-caller` or a ``CallCause``.
    package var cause: String
    package var carrier: CarrierID?
    /// By the carrier's own table; `nil` where it has none.
    package var cost: CostAmount?
    package var currency: String

    package init(
        call: String, position: Int, account: AccountID, identity: CallIdentity, from: String, to: String,
        party: String, started: Timestamp, rang: Timestamp? = nil, answered: Timestamp? = nil,
        ended: Timestamp? = nil, status: Int = 0, cause: String = "", carrier: CarrierID? = nil,
        cost: CostAmount? = nil, currency: String = ""
    ) {
        self.call = call
        self.position = position
        self.account = account
        self.identity = identity
        self.from = from
        self.to = to
        self.party = party
        self.started = started
        self.rang = rang
        self.answered = answered
        self.ended = ended
        self.status = status
        self.cause = cause
        self.carrier = carrier
        self.cost = cost
        self.currency = currency
    }

    /// Whole seconds from the answer to the end, begun ones counted.
    package var billedSeconds: Int {
        guard let answered, let ended, ended > answered else { return 0 }
        return Int((ended.milliseconds - answered.milliseconds + 999) / 1000)
    }
}

/// Which calls of an account are asked for, newest first.
package struct CallQuery: Sendable, Equatable {
    package var account: AccountID
    /// Only those that were kept before this one.
    package var before: Int64?
    /// Only those whose caller or called party is exactly this, or the user of that name in any SIP domain.
    package var party: String?
    /// Only those that last.
    package var isOpen = false
    package var limit: Int

    package init(account: AccountID, limit: Int = 100) {
        self.account = account
        self.limit = limit
    }
}

/// A leg with the number of its row.
package struct KeptCallLeg: Sendable, Equatable {
    package let row: Int64
    package let leg: CallLeg

    package init(row: Int64, leg: CallLeg) {
        self.row = row
        self.leg = leg
    }
}

extension CarrierCostDetails {
    /// What an answered call of so many seconds costs, rounded half up to a millionth; never less than the minimum.
    package func amount(seconds: Int) -> CostAmount {
        let billed = max(0, seconds - includedSeconds)
        let step = max(increment, 1)
        let rounded = Int64((billed + step - 1) / step * step)
        let (product, overflows) = perMinute.millionths.multipliedReportingOverflow(by: rounded)
        guard !overflows else { return CostAmount(millionths: .max) }
        let (sum, isTooMuch) = connectFee.millionths.addingReportingOverflow((product + 30) / 60)
        return max(minimum, CostAmount(millionths: isTooMuch ? .max : sum))
    }
}
