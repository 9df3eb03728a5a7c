"""What a page showed is an event of its reader's; a page that was refused is one too."""


def test_a_page_is_recorded_with_what_it_showed(full_world, client, events):
    case = full_world.cases["listed"]
    client.force_login(full_world.people.users["tess"])
    assert client.get(f"/cases/{case.reference}/").status_code == 200
    [event] = [one for one in events if one.event == "page.read"]
    assert (event.by.actor_name, list(event.cases), event.details["page"]) == ("tess", [case.reference], "case")
    assert {"case", "party", "informationitem"} <= set(event.details["kinds"])


def test_a_refused_page_is_recorded_without_what_was_asked_for(full_world, client, events):
    reference = full_world.cases["listed"].reference
    client.force_login(full_world.people.users["wendy"])
    assert client.get(f"/cases/{reference}/").status_code == 404
    [event] = [one for one in events if one.event == "page.refused"]
    assert (event.by.actor_name, event.cases, event.details) == ("wendy", [], {"page": "case", "status": 404})
    assert reference not in repr(event)


def test_a_page_that_shows_nobodys_data_is_no_event(people, client, events):
    client.force_login(people.users["tess"])
    assert client.get("/search/").status_code == 200
    assert [one.event for one in events if one.event.startswith("page.")] == []
