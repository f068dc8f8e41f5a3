/// The first page: what is live.
enum ConsoleTemplate {
    static let page = PageFrame.page(
        title: "what is live", heading: "Demarc", about: "up {{uptime}} &middot; {{now}} UTC", main: main)

    private static let main = """
        {{#storeDown}}<p class="alarm">The store cannot be read. What is provisioned is not shown.</p>{{/storeDown}}
        {{#storeNotWritable}}<p class="alarm">The store cannot be written: what would change it is refused.</p>{{/storeNotWritable}}
        {{#journalNotWritable}}<p class="alarm">The journal cannot be written: REGISTER is refused.</p>{{/journalNotWritable}}
        {{#sipDown}}<p class="alarm">No SIP address is listened on.</p>{{/sipDown}}
        <section class="figures">
        <div><b>{{bindingCount}}</b><span>bindings</span></div>
        <div><b>{{registrationCount}}</b><span>registered elsewhere</span></div>
        <div{{#failing}} class="warn"{{/failing}}><b>{{failingCount}}</b><span>failing elsewhere</span></div>
        <div><b>{{credentialCount}}</b><span>credentials</span></div>
        <div><b>{{trunkCount}}</b><span>trunks</span></div>
        <div><b>{{numberCount}}</b><span>numbers</span></div>
        <div><b>{{accountCount}}</b><span>accounts</span></div>
        <div><b>{{requestCount}}</b><span>SIP requests</span></div>
        <div{{#banned}} class="warn"{{/banned}}><b>{{banCount}}</b><span>bans</span></div>
        </section>
        <section>
        <h2>Listeners</h2>
        <p class="listeners">{{#sipListeners}}<code>{{.}}</code> {{/sipListeners}}
        {{#httpListeners}}<code>{{.}}</code> {{/httpListeners}}</p>
        </section>
        <section>
        <h2>Bindings</h2>
        <table>
        <thead><tr><th>User</th><th>Contact</th><th>From</th><th>Device</th><th>Since</th><th>Expires in</th></tr></thead>
        <tbody>
        {{#bindings}}<tr><td>{{aor}}</td><td><code>{{contact}}</code></td><td><code>{{source}}</code></td>
        <td>{{userAgent}}</td><td class="time">{{since}}</td><td class="time">{{expires}}</td></tr>
        {{/bindings}}
        {{^bindings}}<tr><td colspan="6" class="none">Nobody is registered.</td></tr>{{/bindings}}
        </tbody>
        </table>
        {{#moreBindings}}<p class="more">{{.}}: <code>demarc bindings list</code></p>{{/moreBindings}}
        </section>
        <section>
        <h2>Registrations elsewhere</h2>
        <table>
        <thead><tr><th>Id</th><th>Address</th><th>State</th><th>Last answer</th><th>Expires in</th><th>Next try in</th>
        <th>Target</th></tr></thead>
        <tbody>
        {{#registrations}}<tr><td><a href="/registrations/{{id}}">{{id}}</a></td><td>{{aor}}</td><td>{{state}}</td>
        <td>{{answer}}</td><td class="time">{{expires}}</td><td class="time">{{next}}</td>
        <td><code>{{target}}</code></td></tr>
        {{/registrations}}
        {{^registrations}}<tr><td colspan="7" class="none">We are registered nowhere.</td></tr>{{/registrations}}
        </tbody>
        </table>
        {{#moreRegistrations}}<p class="more">{{.}}: <code>demarc registrations list</code></p>{{/moreRegistrations}}
        </section>
        <section>
        <h2>Latest calls</h2>
        <table>
        <thead><tr><th>Began</th><th>From</th><th>To</th><th>Account</th><th>Lasted</th><th>Status</th><th>Why it ended</th></tr></thead>
        <tbody>
        {{#calls}}<tr><td class="time"><a href="/accounts/{{accountId}}/calls/{{call}}">{{began}}</a></td><td>{{from}}</td>
        <td>{{to}}</td><td>{{account}}</td><td class="time">{{lasted}}</td><td>{{status}}</td><td>{{cause}}</td></tr>
        {{/calls}}
        {{^calls}}<tr><td colspan="7" class="none">Nobody called.</td></tr>{{/calls}}
        </tbody>
        </table>
        <p class="more">All of them: <code>demarc calls list</code></p>
        </section>
        <section>
        <h2>Latest refusals</h2>
        <table>
        <thead><tr><th>When</th><th>Method</th><th>User</th><th>From</th><th>Answer</th><th>Why</th></tr></thead>
        <tbody>
        {{#refusals}}<tr><td class="time">{{at}}</td><td>{{method}}</td><td>{{user}}</td><td><code>{{source}}</code></td>
        <td>{{status}}</td><td>{{reason}}</td></tr>
        {{/refusals}}
        {{^refusals}}<tr><td colspan="6" class="none">Nothing was refused.</td></tr>{{/refusals}}
        </tbody>
        </table>
        </section>
        <section>
        <h2>Bans</h2>
        <table>
        <thead><tr><th>Source</th><th>Why</th><th>Failures</th><th>Ends in</th></tr></thead>
        <tbody>
        {{#bans}}<tr><td><code>{{source}}</code></td><td>{{reason}}</td><td>{{failures}}</td>
        <td class="time">{{until}}</td></tr>
        {{/bans}}
        {{^bans}}<tr><td colspan="4" class="none">No source is banned.</td></tr>{{/bans}}
        </tbody>
        </table>
        {{#moreBans}}<p class="more">{{.}}: <code>demarc bans</code></p>{{/moreBans}}
        </section>
        <section>
        <h2>Credentials</h2>
        <table>
        <thead><tr><th>User</th><th>Realm</th><th>Account</th><th>Digest</th></tr></thead>
        <tbody>
        {{#credentials}}<tr><td>{{name}}</td><td>{{realm}}</td><td>{{account}}</td><td>{{algorithms}}</td></tr>
        {{/credentials}}
        {{^credentials}}<tr><td colspan="4" class="none">There are no credentials.</td></tr>{{/credentials}}
        </tbody>
        </table>
        {{#moreCredentials}}<p class="more">{{.}}: <code>demarc credential list</code></p>{{/moreCredentials}}
        </section>
        <section>
        <h2>Trunks</h2>
        <table>
        <thead><tr><th>Id</th><th>Name</th><th>Site</th><th>Account</th><th>Calls go to</th><th>May send</th><th></th></tr></thead>
        <tbody>
        {{#trunks}}<tr><td>{{id}}</td><td>{{name}}</td><td>{{site}}</td><td>{{account}}</td>
        <td><code>{{voice}}</code></td><td><code>{{termination}}</code></td><td>{{default}}</td></tr>
        {{/trunks}}
        {{^trunks}}<tr><td colspan="7" class="none">There are no trunks.</td></tr>{{/trunks}}
        </tbody>
        </table>
        {{#moreTrunks}}<p class="more">{{.}}: <code>demarc trunk list</code></p>{{/moreTrunks}}
        </section>

        """
}
