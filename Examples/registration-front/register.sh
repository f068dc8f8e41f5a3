#!/bin/sh
# Registers a SIP user at somebody else's server, for an agent that cannot REGISTER, and waits until it stands.
#
#   register.sh USER REGISTRAR [AGENT] <password-file
#
# USER and the password are what the PBX or carrier gave you, REGISTRAR its host[:port], AGENT the SIP URI that the agent
# answers at. The password is SIP_PASSWORD, or else the first line of standard input. The server runs on ./demarc-data, or
# on what DEMARC_DATA names; VENDOR_API is where its vendors' APIs are (http://127.0.0.1:8080).
set -eu
if [ $# -lt 2 ]; then
    sed -n '2,8s/^# \{0,1\}//p' "$0"
    exit 64
fi
user=$1 registrar=$2 agent=${3:-}
api=${VENDOR_API:-http://127.0.0.1:8080}
demarc=${DEMARC:-demarc}
price=1.20

# The value of one member of a flat JSON answer.
member() { sed -n "s/.*\"$1\"[ :]*\"\{0,1\}\([^\",}]*\).*/\1/p" | head -n 1; }

# One command of the API; a refusal ends the script with the server's words. No secret stands among the arguments.
ask() {
    name=$1
    shift
    answer=$(curl -sS -X POST "$api/platform_api/$name" --data-urlencode "account_id=$account" \
        --data-urlencode "api_key@$secrets/key" "$@") || exit 1
    case $answer in
    *'"error"'*)
        echo "$name: $answer" >&2
        exit 1
        ;;
    esac
    echo "$answer"
}

# What only this run needs: the secrets, the key, and an application that no registration came to use.
secrets=$(mktemp -d)
key='' application='' id=''
finish() {
    status=$?
    trap - EXIT
    if [ -z "$id" ] && [ -n "$application" ]; then
        (ask DelApplication --data-urlencode "application_id=$application") >/dev/null || :
    fi
    if [ -n "$key" ]; then "$demarc" key remove "$key" --account "$account" >/dev/null || :; fi
    rm -rf "$secrets"
    exit "$status"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

if [ -z "${SIP_PASSWORD:-}" ]; then
    if [ -t 0 ]; then echo "Type the password of $user:" >&2; fi
    IFS= read -r SIP_PASSWORD || [ -n "$SIP_PASSWORD" ]
fi
printf %s "$SIP_PASSWORD" >"$secrets/password"

# An account with money for a month of one registration, and a key to its API.
accounts=$("$demarc" account list --json)
account=$(echo "$accounts" | member id)
balance=$("$demarc" account balance "$account" --json)
balance=$(echo "$balance" | member balance)
if awk "BEGIN { exit !($balance < $price) }"; then "$demarc" account topup "$account" "$price" >/dev/null; fi
"$demarc" key create --api-key --description "registration front" --account "$account" --output "$secrets/key.json" >/dev/null
key=$(member key_id <"$secrets/key.json")
printf %s "$(member api_key <"$secrets/key.json")" >"$secrets/key"

# Where calls go that arrive on the registration.
set --
if [ -n "$agent" ]; then
    application=$(ask AddApplication --data-urlencode "application_name=agent-$(date +%s)")
    application=$(echo "$application" | member application_id)
    rule=$(ask AddRule --data-urlencode "application_id=$application" --data-urlencode "rule_name=to-the-agent" \
        --data-urlencode "rule_pattern=.*" --data-urlencode "scenario_name=$agent")
    rule=$(echo "$rule" | member rule_id)
    set -- --data-urlencode "application_id=$application" --data-urlencode "rule_id=$rule"
fi

id=$(ask CreateSipRegistration --data-urlencode "sip_username=$user" --data-urlencode "proxy=$registrar" \
    --data-urlencode "password@$secrets/password" "$@")
id=$(echo "$id" | member sip_registration_id)
echo "Registration $id: $user at $registrar"

# It is on its way: a second is much.
tries=0
while [ $tries -lt "${PATIENCE:-10}" ]; do
    if "$demarc" registrations show "$id" 2>/dev/null | grep '^State  *registered'; then exit 0; fi
    tries=$((tries + 1))
    sleep 1
done
echo "It is not registered yet. See: demarc registrations show $id" >&2
exit 1
