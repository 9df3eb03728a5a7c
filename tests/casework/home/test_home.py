"""The home: tasks in order, notices of one's own, the choice of agency, and who is shown what instead of cases."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from audit.recorder import recording
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.notify import notify, send_neutral_mail
from casework.models import Membership, Notice, User
from casework.queries.home import Task
from casework.queries.notices import register_notice
from casework.views.home import grouped

register_notice("test_told", "Somebody needs an answer")


def tell(people, whom, **options):
    with acting(people.users["grace"]) as by, recording(by=by, event="case.opened"):
        notify(by=by, users=[people.users[name] for name in whom], kind="test_told", **options)


def test_overdue_stands_first_and_says_so():
    today = timezone.localdate()
    tasks = [
        Task("Late", "home", (), today - timedelta(days=1), "Actions"),
        Task("Now", "home", (), today, "Research"),
        Task("Some day", "home", (), None, "Actions"),
    ]
    groups = grouped(tasks)
    assert [(g["title"], [i["label"] for i in g["items"]]) for g in groups] == [
        ("Overdue", ["Late"]), ("Research", ["Now"]), ("Actions", ["Some day"]),
    ]  # fmt: skip
    assert groups[0]["items"][0]["tag"] == "Overdue"
    assert groups[1]["items"][0]["tag"] == "Today"


def test_a_notice_reaches_its_person_alone_and_leaves_when_settled(people, client):
    tell(people, ["dan"], subject="AAAA-BBBB")
    client.force_login(people.users["tess"])
    assert "Somebody needs an answer" not in client.get("/").content.decode()
    with acting(people.users["dan"]) as by:
        notice = visible(by, Notice).get()
    assert client.post("/notices/settle/", {"notice": notice.pk}).status_code == 404
    assert client.post("/notices/settle/", {"notice": "no such"}).status_code == 404
    client.force_login(people.users["dan"])
    assert "Somebody needs an answer" in client.get("/").content.decode()
    assert client.post("/notices/settle/", {"notice": notice.pk}).status_code == 302
    assert "Somebody needs an answer" not in client.get("/").content.decode()


def test_the_mail_is_neutral_and_only_to_those_who_have_an_address(people):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE casework_user SET email = 'dan@police.example' WHERE username = 'dan'")
    for name in ("dan", "tess"):
        send_neutral_mail(by=None, user_id=people.users[name].pk)
    assert [m.to for m in mail.outbox] == [["dan@police.example"]]
    assert mail.outbox[0].subject == "You have something to do in Roundtable"
    words = mail.outbox[0].body.lower()
    assert [w for w in ("marac", "dan", "case", "harbourne") if w in words] == []


def test_an_unknown_kind_of_notice_is_refused(people):
    with pytest.raises(LookupError), acting(people.users["grace"]) as by, recording(by=by, event="case.opened"):
        notify(by=by, users=[people.users["dan"]], kind="never_registered")


def test_health_is_public(db, client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_pages_want_a_sign_in(db, client):
    for address in ("/", "/organisation/", "/agency/"):
        assert client.get(address).headers["Location"].startswith("/accounts/login/")


def test_one_membership_is_not_asked(people, client):
    client.force_login(people.users["dan"])
    assert client.get("/agency/").headers["Location"] == "/"
    assert "Choose your agency" not in client.get("/").content.decode()


def test_several_memberships_are_asked_and_only_ones_own_count(people, client):
    with acting(people.users["grace"]) as by, recording(by=by, event="case.opened"):
        second = Membership(user=people.users["dan"], agency=people.agencies["harbourne-csc"], role="referrer")
        second.save()
    client.force_login(people.users["dan"])
    assert client.get("/").headers["Location"] == "/agency/"
    page = client.get("/agency/").content.decode()
    assert "Harbourne Police: Agency representative" in page
    assert "Harbourne Council" not in page
    assert client.post("/agency/", {"membership": people.memberships["tess"].pk}).status_code == 422
    key = client.session.session_key
    assert client.post("/agency/", {"membership": second.pk}).headers["Location"] == "/"
    assert client.session.session_key != key
    home = client.get("/").content.decode()
    assert "Children&#x27;s Social Care" in home
    assert "Change agency" in home


def test_nobody_without_a_membership_gets_further(people, client):
    client.force_login(User.objects.create_user("nobody", "x", display_name="Nobody Yet"))
    assert client.get("/").headers["Location"] == "/agency/"
    answer = client.get("/agency/")
    assert answer.status_code == 403
    assert "You do not work for an agency here yet" in answer.content.decode()


def test_the_administrator_sees_people_of_his_partnership_and_nobody_else_does(people, client):
    client.force_login(people.users["viktor"])
    page = client.get("/organisation/").content.decode()
    assert "Grace Adeyemi" in page
    assert "Wendy Sharpe" not in page
    client.force_login(people.users["dan"])
    assert client.get("/organisation/").status_code == 403
