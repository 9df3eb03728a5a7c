"""Who may see what, from the rules in words; denials first. A case is given by name, an item or action as its row."""

from datetime import date, timedelta

DENIALS = ("inactive", "silent", "no_membership", "not_signed", "conflict", "sealed", "no_reason")
SPEAKS = {"representative", "referrer", "idva", "asb_officer"}  # whose role writes and reads as the agency
SHARED = {"office", "opened", "window", "standing"}  # bases of an agency's or an office's grants; the rest is personal


def _rows(world, kind, **wanted):
    rows = [row for row in getattr(world, kind) if all(getattr(row, key) == value for key, value in wanted.items())]
    return [r for r in rows if not hasattr(r, "starts") or r.starts <= world.now < (r.ends or world.now + timedelta(1))]


def _signed(world, agency, panel):
    today, good = world.now.date(), set()
    for name in {row.agreement for row in _rows(world, "agreement_panels", panel=panel)}:
        texts = [row for row in _rows(world, "versions", agreement=name) if row.in_force_from <= today]
        last = max((t for t in texts if today <= (t.in_force_to or date.max)), key=lambda t: t.number, default=None)
        if last and _rows(world, "parties", agreement=name, agency=agency, state="active"):
            grace = today < last.in_force_from + timedelta(last.grace_days)
            good |= {(name, last.number), (name, last.number - grace)}
    return any((row.agreement, row.number) in good for row in _rows(world, "signatures", agency=agency))


def _ways(world, member):  # the holders of grants that she reads as: holder -> (word, bases that count)
    lent = {"assignment"}
    away = {row.covers for row in _rows(world, "covers", membership=member.id)}
    away = [row.user for row in _rows(world, "memberships", agency=member.agency) if row.id in away]
    ways = {("office", row.panel): ("office", SHARED) for row in _rows(world, "offices", membership=member.id)}
    ways["agency", member.agency] = "agency", SHARED if member.role == "representative" else set()
    ways["person", member.user, member.agency] = "personal", lent | {"emergency", "sealed_reader"}
    return ways | {("person", user, member.agency): ("cover", lent) for user in away if user != member.user}


def _decide(world, membership_id, case):
    member = next((row for row in world.memberships if row.id == membership_id), None)
    if not member:
        return "no_membership", [], member, set()
    me, panel = member.user, next((row.panel for row in world.cases if row.name == case), None)
    here = [row for kind in ("carries", "offices") for row in _rows(world, kind, membership=member.id, panel=panel)]
    ways, sealed = _ways(world, member), _rows(world, "seals", case=case)
    grants = [g for g in _rows(world, "grants", case=case) if here and g.basis in ways.get(g.holder, ("", ()))[1]]
    grants = [grant for grant in grants if not sealed or grant.basis == "sealed_reader"]
    hits = [not _rows(world, "users", name=me, active=True), _rows(world, "users", name=me, silent=True)]
    hits += [not _rows(world, "memberships", id=membership_id), not _signed(world, member.agency, panel)]
    hits += [_rows(world, "conflicts", user=me, case=case), sealed and not grants, not grants]
    denied = next((word for word, hit in zip(DENIALS, hits, strict=True) if hit), None)
    best = max(grants, key=lambda grant: (grant.reach, -list(ways).index(grant.holder)), default=None)
    here = {getattr(row, "office", "carries") for row in here}
    return denied or ways[best.holder][0], [] if denied else grants, member, here


def why(world, membership_id, case):
    return _decide(world, membership_id, case)[0]


def reach(world, membership_id, case):
    return max((grant.reach for grant in _decide(world, membership_id, case)[1]), default=0)


def reads_item(world, membership_id, item):
    _, grants, member, here = _decide(world, membership_id, item.case)
    full = {grant.basis for grant in grants if grant.reach == 3}
    if not full or (full == {"emergency"} and item.classes & {"counselling", "source_identity"}):
        return False
    carried = _rows(world, "carries", membership=member.id)
    speaks = member.role in SPEAKS and any(_signed(world, member.agency, row.panel) for row in carried)
    heard = {"named_agencies": speaks and member.agency in item.named, "chair_only": here & {"chair", "deputy"}}
    heard = heard.get(item.audience, item.audience in ("all_present", "all_signatories", "verbal_only"))
    guarded = item.classes & {"health_confidential", "counselling", "safe_address"} and not item.released
    return bool((heard and (here - {"carries"} or not guarded)) or (speaks and member.agency == item.agency))


def reads_action(world, membership_id, action):
    word, grants, member, here = _decide(world, membership_id, action.case)
    owes = here and member.role == "representative" and member.agency == action.agency
    barred = word in DENIALS[:-1] or _rows(world, "seals", case=action.case)
    return any(grant.reach == 3 for grant in grants) or bool(owes and not barred)
