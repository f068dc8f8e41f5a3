package import SIPEngine
import Synchronization

/// Finds the targets of next hops for everybody, with one cache: many who look for the same make one search.
package final class TargetResolver: Sendable {
    private let dns: any DNSAsking
    private let reach: Reach
    private let clock: EdgeClock
    private let searchLimit: Int
    private let state: Mutex<State>

    package typealias Outcome = Result<[Target], TargetFault>
    private typealias Waiter = @Sendable (Outcome) -> Void

    private struct State {
        var cache: DNSCache<NextHop>
        var searches: [NextHop: Running] = [:]
    }

    private struct Running {
        var search: TargetSearch
        var waiters: [Waiter]
        var answers: [DNSQuestion: DNSAnswer] = [:]
        var missing = 0
    }

    /// What is left to do once the lock is free.
    private struct Work {
        var questions: [DNSQuestion] = []
        var ended: [(waiters: [Waiter], result: Result<TargetChoices, TargetFault>)] = []
    }

    /// - Parameters:
    ///   - capacity: answers of the DNS that are kept.
    ///   - searchLimit: next hops that are looked for at the same time.
    package init(
        dns: any DNSAsking, reach: Reach, clock: EdgeClock, capacity: Int = 65_536, searchLimit: Int = 65_536
    ) {
        self.dns = dns
        self.reach = reach
        self.clock = clock
        self.searchLimit = searchLimit
        state = Mutex(State(cache: DNSCache(capacity: capacity)))
    }

    /// Answers of the DNS that are kept.
    package var cached: Int { state.withLock { $0.cache.count } }

    /// Calls back with the targets in the order in which this one request should try them.
    ///
    /// At once on the caller's thread where everything is known (a numeric host, or within the records' lifetimes), else on
    /// the thread of the DNS client; it must not block. Takes no lock for numeric hosts.
    package func resolve(_ hop: NextHop, whenDone: @escaping @Sendable (Outcome) -> Void) {
        var search = TargetSearch(hop, reach: reach)
        let first = search.start()
        switch first {
        case .found(let choices): return Self.end([whenDone], .success(choices))
        case .failed(let fault): return whenDone(.failure(fault))
        case .ask: break
        }
        var work = Work()
        let isTaken = state.withLock { state in
            if state.searches[hop] != nil {
                state.searches[hop]?.waiters.append(whenDone)
                return true
            }
            guard state.searches.count < searchLimit else { return false }
            state.searches[hop] = Running(search: search, waiters: [whenDone])
            advance(hop, first, &state, &work)
            return true
        }
        guard isTaken else { return whenDone(.failure(.busy)) }
        perform(work)
    }

    private func answered(_ question: DNSQuestion, _ answer: DNSAnswer) {
        var work = Work()
        state.withLock { state in
            let (answer, hops) = state.cache.answered(question, answer, now: clock.now())
            for hop in hops {
                guard var running = state.searches.removeValue(forKey: hop) else { continue }
                running.answers[question] = answer
                running.missing -= 1
                let step = running.missing == 0 ? running.search.receive(running.answers) : nil
                if step != nil { running.answers = [:] }
                state.searches[hop] = running
                if let step { advance(hop, step, &state, &work) }
            }
        }
        perform(work)
    }

    /// Goes on until an answer is missing or the search has ended.
    private func advance(_ hop: NextHop, _ step: TargetSearch.Step, _ state: inout State, _ work: inout Work) {
        guard var running = state.searches.removeValue(forKey: hop) else { return }
        var step = step
        while case .ask(let questions) = step {
            for question in questions {
                switch state.cache.look(question, for: hop, now: clock.now()) {
                case .known(let answer):
                    running.answers[question] = answer
                    continue
                case .waiting: break
                case .mustAsk: work.questions.append(question)
                }
                running.missing += 1
            }
            guard running.missing == 0 else {
                state.searches[hop] = running
                return
            }
            step = running.search.receive(running.answers)
            running.answers = [:]
        }
        switch step {
        case .found(let choices): work.ended.append((running.waiters, .success(choices)))
        case .failed(let fault): work.ended.append((running.waiters, .failure(fault)))
        case .ask: break
        }
    }

    private func perform(_ work: Work) {
        for (waiters, result) in work.ended { Self.end(waiters, result) }
        for question in work.questions {
            dns.ask(question) { [self] answer in answered(question, answer) }
        }
    }

    private static func end(_ waiters: [Waiter], _ result: Result<TargetChoices, TargetFault>) {
        var random = SystemRandomNumberGenerator()
        for waiter in waiters { waiter(result.map { $0.ordered(using: &random) }) }
    }
}
