#!/bin/sh
# Registers a SIP user at somebody else's server, for an agent that cannot REGISTER, and waits until it stands.
#
#   register.sh USER PASSWORD REGISTRAR [AGENT]
#
# USER and PASSWORD are what the PBX or carrier gave you, REGISTRAR its host[:port], AGENT the SIP URI that the agent
# answers at. The server runs on ./demarc-data, or on what DEMARC_DATA names; DEMARC_API is where its vendors' APIs are.
set -eu
if [ $# -lt 3 ]; then
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    exit 64
fi
user=$1 password=$2 registrar=$3 agent=${4:-}
api=${DEMARC_API:-http://127.0.0.1:8080}
demarc=${DEMARC:-demarc}

# The value of one member of a flat JSON answer.
member() { sed -n "s/.*\"$1\"[ :]*\"\{0,1\}\([^\",}]*\).*/\1/p" | head -n 1; }

# One command of the API; a refusal ends the script with the server's words.
ask() {
    name=$1
    shift
    answer=$(curl -sS -X POST "$api/platform_api/$name" \
        --data-urlencode "account_id=$account" --data-urlencode "api_key=$key" "$@")
    case $answer in
    *'"error"'*)
        echo "$name: $answer" >&2
        exit 1
        ;;
    esac
    echo "$answer"
}

# An account with money for a month of one registration, and a key to its API.
account=$("$demarc" account list --json | member id)
"$demarc" account topup "$account" 1.20 >/dev/null
key=$("$demarc" key create --api-key --description "registration front" --account "$account" | member api_key)

# Where calls go that arrive on the registration.
set --
if [ -n "$agent" ]; then
    application=$(ask AddApplication --data-urlencode "application_name=agent-$(date +%s)" | member application_id)
    rule=$(ask AddRule --data-urlencode "application_id=$application" --data-urlencode "rule_name=to-the-agent" \
        --data-urlencode "rule_pattern=.*" --data-urlencode "scenario_name=$agent" | member rule_id)
    set -- --data-urlencode "application_id=$application" --data-urlencode "rule_id=$rule"
fi

id=$(ask CreateSipRegistration --data-urlencode "sip_username=$user" --data-urlencode "password=$password" \
    --data-urlencode "proxy=$registrar" "$@" | member sip_registration_id)
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
