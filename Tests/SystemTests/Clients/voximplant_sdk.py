"""Voximplant's own SDK against a server: an application, its users and rules, and SIP registrations.

Arguments: the file with the credentials, and host:port; the SDK takes the authority to trust from REQUESTS_CA_BUNDLE.
Prints one line "name value" for each thing that it read back.
"""

import sys

from voximplant.apiclient import VoximplantAPI, VoximplantException


def said(name, value):
    print(name, value, flush=True)


def refused(name, call, **arguments):
    try:
        call(**arguments)
        said(name, "not refused")
    except VoximplantException as error:
        said(name, "%s %s" % (error.code, error.message))


def registrations(api, application, user, rule):
    refused("poor", api.create_sip_registration, sip_username="john.doe", proxy="sip.example.com")
    # The program that started this puts money in and sends a line.
    said("waiting", "for money")
    sys.stdin.readline()
    made = api.create_sip_registration(
        sip_username="john.doe", proxy="sip.example.com", auth_user="john.doe",
        outbound_proxy="outbound.sip.example.com", password="SecurePass123!", is_persistent=False,
        application_id=application, rule_id=rule, user_id=user)
    said("created", (made["result"], made["account_info"]["balance"], made["account_info"]["currency"]))
    registration = made["sip_registration_id"]
    found = api.get_sip_registrations(
        deactivated=False, is_persistent=False, application_id=[application, 99], proxy=["a", "sip.example.com"],
        in_progress=True, count=5, offset=0)
    item = found["result"][0]
    said("listed", (found["count"], item["sip_username"], item["user_name"], item["rule_name"],
                    item["subscription_price"], "password" in item))
    said("dates", (item["next_subscription_renewal"] > item["purchase_date"].date(),
                   item["purchase_date"].utcoffset().total_seconds()))
    said("updated", api.update_sip_registration(sip_registration_id=registration, proxy="sip2.example.com")["result"])
    said("unbound", api.bind_sip_registration(user_id=user, bind=False)["result"])
    item = api.get_sip_registrations(sip_registration_id=registration)["result"][0]
    said("changed", (item["proxy"], "user_id" in item))
    said("bound", api.bind_sip_registration(
        sip_registration_id=registration, application_id=application, user_id=user)["result"])
    said("deleted", api.delete_sip_registration(sip_registration_id=registration)["result"])
    refused("gone", api.delete_sip_registration, sip_registration_id=registration)


def main():
    api = VoximplantAPI(sys.argv[1], endpoint=sys.argv[2])
    said("account", api.get_account_info()["result"]["currency"])
    said("price", api.get_subscription_price(subscription_template_type="SIP_REGISTRATION")["result"][0]["price"])
    application = api.add_application(application_name="support", secure_record_storage=False)
    said("application", application["application_name"])
    application = application["application_id"]
    user = api.add_user("alice", "Alice", "Secr3t!pass", application_id=application)["user_id"]
    said("users", [user["user_name"] for user in api.get_users(application_id=application)["result"]])
    rule = api.add_rule("all", ".*", application_id=application, scenario_name="user:alice")["rule_id"]
    rules = api.get_rules(application_id=application, with_scenarios=True)["result"]
    said("rules", [(rule["rule_name"], rule["scenarios"][0]["scenario_name"]) for rule in rules])
    registrations(api, application, user, rule)
    said("registered?", "the user is there")
    sys.stdin.readline()
    said("user-deleted", api.del_user(user_id=user)["result"])
    said("refused?", "the user is gone")
    sys.stdin.readline()
    said("application-deleted", api.del_application(application_id=application)["result"])
    said("applications-left", api.get_applications()["total_count"])


main()
