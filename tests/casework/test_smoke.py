
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.models import Case


def test_people(people):
    with acting(people.users["grace"]) as by:
        assert by.offices
        assert list(visible(by, Case)) == []
