"""The leaks: an exact replacement in one file of the product, and the test that must notice it."""

from dataclasses import dataclass

FIRST_WALL = "tests/casework/access/test_rows.py::test_everybody_reads_exactly_her_rows[first wall alone]"
SECOND_WALL = "tests/casework/access/test_rows.py::test_everybody_reads_exactly_her_rows[second wall alone]"
WAYS_PAST = "tests/architecture/test_reads.py::test_every_way_past_the_scope_is_listed_with_its_reason"
PACK_WORDS = "tests/casework/packs/test_packs.py::test_a_restricted_statement_stands_in_its_audience_s_packs_alone"


@dataclass(frozen=True)
class Leak:
    """`old` occurs exactly once in `path`; with `new` in its place, `test` must fail. `what` says what leaks then."""

    name: str
    path: str
    old: str
    new: str
    test: str
    what: str


LEAKS = (
    Leak(
        "conflict-forgotten",
        "casework/access/scope.py",
        "return ~Q(conflicted(viewer, column, of))",
        "return Q() if of else Q(pk__in=[])",
        FIRST_WALL,
        "the first wall forgets conflicts of interest",
    ),
    Leak(
        "audience-forgotten",
        "casework/access/scope.py",
        'return live(viewer, "case_id", 3) & (\n        _mine(viewer)\n',
        'return live(viewer, "case_id", 3) & (\n        Q(pk__isnull=False)\n',
        FIRST_WALL,
        "the first wall shows an item of information to everybody in the case",
    ),
    Leak(
        "pack-of-another-agency",
        "casework/access/scope.py",
        'own = Q(pack__office_copy=False) & _mine(viewer, "pack__agency_id") & ',
        "own = Q(pack__office_copy=False) & ",
        FIRST_WALL,
        "a pack opens to every agency of the panel",
    ),
    Leak(
        "notices-of-others",
        "casework/access/scope.py",
        "register(Notice, lambda v: Q(user_id=v.user_id),",
        "register(Notice, lambda v: Q(),",
        FIRST_WALL,
        "the home shows other people's notices",
    ),
    Leak(
        "expired-grant-counted",
        "casework/models/walls.py",
        'return f"{alias}.starts_at <= {now} AND ({alias}.{ends} IS NULL OR {alias}.{ends} > {now})"',
        'return f"{alias}.starts_at <= {now}"',
        SECOND_WALL,
        "the second wall counts grants that are over",
    ),
    Leak(
        "conflict-dropped-from-wall",
        "casework/models/walls.py",
        """OR {_personally(column, reach)}) AND {no_conflict(column)})\"""",
        """OR {_personally(column, reach)}))\"""",
        SECOND_WALL,
        "the second wall forgets conflicts of interest",
    ),
    Leak(
        "audience-dropped-from-wall",
        "casework/migrations/0003_walls.py",
        "@.audience IN ('all_present', 'all_signatories', 'verbal_only')",
        "@.audience IN ('all_present', 'all_signatories', 'verbal_only', 'owner_only')",
        SECOND_WALL,
        "the second wall shows what an agency kept to itself",
    ),
    Leak(
        "history-without-wall",
        "casework/models/walls.py",
        "ALTER TABLE {historical} ENABLE ROW LEVEL SECURITY;\\n",
        "",
        "tests/architecture/test_walls.py::test_every_case_table_and_its_history_have_row_level_security",
        "a history page could read every former value",
    ),
    Leak(
        "history-of-every-case",
        "casework/models/walls.py",
        'past = f"({seen}) OR {engaged(case_column)}" if case_column else seen',
        'past = "true"',
        "tests/casework/test_auditing.py::test_an_engagement_opens_history_to_its_auditor_and_no_record_to_anybody",
        "the history of every record is open to everybody",
    ),
    Leak(
        "found-by-key",
        "casework/views/base.py",
        "one_or_404(visible(self.viewer, model).select_related(*related), reference=reference)",
        "one_or_404(model._base_manager.select_related(*related), reference=reference)",
        WAYS_PAST,
        "every page finds its record without the viewer",
    ),
    Leak(
        "case-list-unscoped",
        "casework/views/cases.py",
        'return visible(self.viewer, Case).select_related("panel", "lead_agency")',
        'return Case.objects.scoped().select_related("panel", "lead_agency")',
        WAYS_PAST,
        "the list of cases lists all",
    ),
    Leak(
        "search-unscoped",
        "casework/queries/search.py",
        "    rows = visible(viewer, Party)\n",
        "    rows = Party.objects.all().scoped()\n",
        WAYS_PAST,
        "the search finds everybody",
    ),
    Leak(
        "count-unscoped",
        "casework/queries/meetings.py",
        "waiting = visible(viewer, Case).filter(panel=panel, status__in=listable_statuses(panel))",
        "waiting = Case._default_manager.filter(panel=panel, status__in=listable_statuses(panel))",
        WAYS_PAST,
        "the home counts cases that the viewer must not know of",
    ),
    Leak(
        "export-of-everything",
        "casework/queries/auditing.py",
        "found = list(narrowed(events(viewer).filter(rows), asked)[: MOST_EXPORTED + 1])",
        "found = list(events(viewer)[: MOST_EXPORTED + 1])",
        "tests/casework/test_auditing.py::test_export_is_recorded_with_its_digest_and_formulas_are_text",
        "an export holds events beyond what was asked for",
    ),
    Leak(
        "wrong-pack-recipient",
        "casework/commands/packs.py",
        "return as_recipient(by, recipient.agency, meeting.panel)",
        "return as_recipient(by, seated_agencies(meeting.panel)[0], meeting.panel)",
        PACK_WORDS,
        "every pack is drawn as the first agency may read",
    ),
    Leak(
        "pack-despite-conflict",
        "casework/views/packs.py",
        "cases=tuple(case for case in content.cases if case.reference not in self.kept),",
        "cases=content.cases,",
        "tests/casework/packs/test_packs.py::test_a_conflict_of_interest_keeps_its_case_out",
        "a pack on screen shows a case that its reader has a conflict with",
    ),
    Leak(
        "contact-on-the-page",
        "casework/queries/cases.py",
        'return Masked("safe_contact", row.pk, row.get_channel_display(), note,',
        'return Masked("safe_contact", row.pk, row.reveal(), note,',
        "tests/casework/cases/test_cases.py::test_the_case_page_shows_what_the_viewer_may_read",
        "the case page shows a safe contact without a click",
    ),
    Leak(
        "name-in-an-address",
        "casework/views/search.py",
        'return redirect("search_results", token)',
        "return redirect(f\"/search/{token}/?q={form.cleaned_data['q']}\")",
        "tests/casework/search/test_search.py::test_results_have_an_opaque_address_bound_to_the_session",
        "what was searched for stands in an address",
    ),
    Leak(
        "absent-page-tells",
        "templates/404.html",
        '<p class="govuk-body">Check the address,',
        '<p class="govuk-body">You may not read {{ request.path }}. Check the address,',
        "tests/casework/cases/test_cases.py::test_an_unseen_case_and_an_absent_one_are_the_same_byte_for_byte",
        "the error page repeats what was asked for",
    ),
    Leak(
        "read-without-event",
        "casework/middleware.py",
        'record_event(by=viewer, event="page.read", cases=cases, details=details)',
        "del cases, details",
        "tests/casework/test_middleware.py::test_a_page_is_recorded_with_what_it_showed",
        "a page is read and nobody can tell who read it",
    ),
    Leak(
        "foreign-key-walk",
        "templates/casework/actions/facts.html",
        "{{ action.description }}</dd>",
        "{{ action.description }} {{ action.hearing.summary }}</dd>",
        "tests/casework/cases/test_cases.py::test_who_owes_an_action_in_a_case_that_is_over_for_her_reads_the_action_alone",
        "an agency whose window is over reads the hearing through its action",
    ),
    Leak(
        "name-in-a-title",
        "casework/views/cases.py",
        'self.title = f"Case {self.case.reference}"',
        'self.title = f"Case of {names_by_case(self.viewer, [self.case])[self.case.pk]}"',
        "tests/casework/cases/test_cases.py::test_titles_hold_references_and_no_names",
        "the title of a page, and so the browser's history, names the victim",
    ),
)
