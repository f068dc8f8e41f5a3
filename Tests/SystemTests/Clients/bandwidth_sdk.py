"""Bandwidth's own SDK against a server: sites, SIP peers and the numbers on them.

Arguments: base URL, account, user; the password is the first line of standard input. Then three numbers that are in the
account's inventory. Prints one line "name value" for each thing that it read back.
"""

import sys

from bandwidth_numbers import Account, Client
from bandwidth_numbers.utils.rest import RestError


def said(name, value):
    print(name, value, flush=True)


def details(name):
    return {
        "peer_name": name,
        "is_default_peer": "true",
        "short_messaging_protocol": "SMPP",
        "voice_hosts": {"host": [{"host_name": "192.0.2.1"}]},
        "sms_hosts": {"host": [{"host_name": "192.0.2.1"}]},
        "termination_hosts": {"termination_host": [{
            "host_name": "192.0.2.1", "port": "0", "customer_traffic_allowed": "DOMESTIC", "data_allowed": "true"}]},
    }


def sites(account):
    site = account.sites.create({
        "name": "Raleigh", "description": "Test", "customer_name": "BW",
        "address": {
            "house_number": "900", "street_name": "Main", "city": "Raleigh", "state_code": "NC", "zip": "27606",
            "address_type": "Service"}})
    said("site-created", site.id)
    said("site-listed", [item.id for item in account.sites.list().items])
    site = account.sites.get(site.id)
    said("site-read", site.name)
    site.description = "Changed"
    site.save()
    said("site-saved", account.sites.get(site.id).description)
    return site


def peers(site):
    said("peers-none", len(site.sip_peers.list().items))
    first = site.sip_peers.create(details("first"))
    said("peer-created", first.id)
    second = site.sip_peers.create({"peer_name": "second", "is_default_peer": "false"})
    said("peers-listed", [item.peer_name for item in site.sip_peers.list().items])
    first = site.sip_peers.get(first.id)
    hosts = first.termination_hosts.termination_host.items
    said("peer-read", (first.peer_name, first.is_default_peer, [host.host_name for host in hosts]))
    first.description = "Changed"
    first.save()
    said("peer-saved", site.sip_peers.get(first.id).description)
    try:
        site.sip_peers.create(details("first"))
    except RestError as error:
        said("peer-refused", error)
    return first, second


def numbers(account, site, first, second, inventory):
    move(first, inventory)
    said("first-counts", (first.totaltns.get().count, second.totaltns.get().count))
    move(second, inventory[:2])
    said("second-counts", (first.totaltns.get().count, second.totaltns.get().count))
    said("second-numbers", [item.full_number for item in second.tns.list().items])
    said("site-count", site.totaltns.get().count)
    number = second.tns.get(inventory[0])
    number.rewrite_user = "sales"
    number.number_format = "e164"
    number.save()
    number = second.tns.get(inventory[0])
    said("number-saved", (number.full_number, number.number_format, number.rewrite_user))
    hosts = account.hosts.list().items
    said("hosts", [host.sip_peer_id for site in hosts for host in site.sip_peer_hosts.items])


def move(peer, inventory):
    for number in inventory:
        peer.movetns.full_number.items.append(number)
    peer.movetns()
    peer.movetns.full_number.clear()


def main():
    url, account_id, user = sys.argv[1:4]
    client = Client(url=url, account_id=account_id, username=user, password=sys.stdin.readline().rstrip("\n"))
    account = Account(client=client)
    site = sites(account)
    first, second = peers(site)
    numbers(account, site, first, second, sys.argv[4:])
    try:
        second.delete()
    except RestError as error:
        said("peer-kept", error)
    # The program that started this takes the numbers away and sends a line.
    said("waiting", "for the numbers to go")
    sys.stdin.readline()
    said("peers-deleted", (second.delete(), first.delete()))
    said("site-deleted", site.delete())
    said("sites-left", len(account.sites.list().items))


main()
