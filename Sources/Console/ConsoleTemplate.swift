/// The page's Mustache text and its style sheet; `{{name}}` is always escaped, and nothing is written unescaped.
enum ConsoleTemplate {
    static let page = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="refresh" content="15">
        <title>Demarc: what is live</title>
        <link rel="stylesheet" href="/console.css">
        </head>
        <body>
        <header>
        <h1>Demarc</h1>
        <p>version {{version}} &middot; up {{uptime}} &middot; {{now}} UTC</p>
        </header>
        <main>
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
        </main>
        </body>
        </html>

        """

    static let style = """
        :root { color-scheme: light dark; --ink: #1c2430; --soft: #5d6878; --line: #dde2e9; --ground: #f5f7f9;
          --card: #fff; --accent: #0b6e6e; --alarm: #b3261e; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e9ef; --soft: #93a0b0; --line: #2c3643;
          --ground: #12171d; --card: #1a2129; --accent: #52c4bf; --alarm: #ff8a80; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink);
          font: 15px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
        header { display: flex; gap: 1.5rem; align-items: baseline; background: var(--card);
          padding: 1rem max(2rem, calc((100% - 78rem) / 2 + 2rem)); border-bottom: 3px solid var(--accent); }
        h1 { margin: 0; font-size: 1.35rem; letter-spacing: .02em; }
        header p { margin: 0; color: var(--soft); }
        main { max-width: 78rem; margin: 0 auto; padding: 1.25rem 2rem 3rem; }
        h2 { margin: 1.6rem 0 .5rem; font-size: 1rem; color: var(--soft); font-weight: 600; }
        .figures { display: flex; flex-wrap: wrap; gap: .75rem; }
        .figures div { flex: 1 1 7rem; padding: .7rem 1rem; background: var(--card); border: 1px solid var(--line);
          border-radius: 8px; }
        .figures b { display: block; font-size: 1.6rem; font-variant-numeric: tabular-nums; }
        .figures span { color: var(--soft); }
        .figures .warn b { color: var(--alarm); }
        table { width: 100%; border-collapse: separate; border-spacing: 0; background: var(--card);
          border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
        th, td { padding: .45rem .8rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line);
          overflow-wrap: anywhere; }
        th { font-size: .82rem; color: var(--soft); font-weight: 600; white-space: nowrap; }
        tr:last-child td { border-bottom: 0; }
        .time { white-space: nowrap; font-variant-numeric: tabular-nums; }
        .none { color: var(--soft); }
        .more { margin: .4rem .2rem; color: var(--soft); }
        a { color: inherit; }
        code { font: .88em ui-monospace, "DejaVu Sans Mono", monospace; }
        .listeners code { display: inline-block; margin: 0 .3rem .3rem 0; padding: .2rem .55rem; background: var(--card);
          border: 1px solid var(--line); border-radius: 6px; }
        .alarm { padding: .7rem 1rem; border: 1px solid var(--alarm); border-radius: 8px; color: var(--alarm); }

        """
}
