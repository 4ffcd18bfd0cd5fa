"""Calendars and contacts of the webmail, as programs ask for them."""

from datetime import datetime, timezone

import caldav
import requests
import vobject

from . import lab, people, webmail

DAY = datetime(2026, 12, 1, tzinfo=timezone.utc)


def ask(method, path, user, password=None, **options):
    return requests.request(method, f"{webmail.URL}{path}", timeout=60, verify=str(lab.AUTHORITIES), allow_redirects=False,
                            auth=(people.address(user), people.password(user) if password is None else password), **options)


def principal(user):
    return caldav.DAVClient(f"{webmail.URL}/SOGo/dav/", username=people.address(user), password=people.password(user),
                            ssl_verify_cert=str(lab.AUTHORITIES)).principal()


def event(uid, summary="Exercise"):
    """An hour on DAY."""
    return (f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//lab//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n"
            f"DTSTAMP:20261124T100000Z\r\nDTSTART:20261201T100000Z\r\nDTEND:20261201T110000Z\r\nSUMMARY:{summary}\r\n"
            "END:VEVENT\r\nEND:VCALENDAR\r\n")


def events(calendar, start=DAY):
    """(UID, summary) of what that day holds."""
    return [(one.vobject_instance.vevent.uid.value, one.vobject_instance.vevent.summary.value)
            for one in calendar.date_search(start=start, end=start.replace(day=start.day + 1))]


def book(user):
    return f"/SOGo/dav/{people.address(user)}/Contacts/personal/"


def put_card(user, uid, family="Tester", given="Tessa", mail="tessa@partner.test"):
    card = vobject.vCard()
    card.add("uid").value = uid
    card.add("n").value = vobject.vcard.Name(family=family, given=given)
    card.add("fn").value = f"{given} {family}"
    card.add("email").value = mail
    return ask("PUT", f"{book(user)}{uid}.vcf", user, data=card.serialize().encode(), headers={"Content-Type": "text/vcard", "If-None-Match": "*"})


def card(user, uid):
    """(name, address) of a contact, or nothing when there is none."""
    answer = ask("GET", f"{book(user)}{uid}.vcf", user)
    if answer.status_code == 404:
        return None
    assert answer.status_code == 200, answer.status_code
    read = vobject.readOne(answer.text)
    return read.fn.value, read.email.value
