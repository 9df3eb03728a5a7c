"""What happens in the demo's cases: invented, in the words that practitioners use."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Kind:
    """One kind of case: why it was referred, what agencies know, what the meeting agreed.

    `yes` and `unknown` are items of the checklist; `items` are (user, assertion, audience, data class, text);
    `actions` are (agency, target, text, outcome); `withheld` says who holds something and does not share it: (reason, advice).
    """

    relationship: str
    criteria: tuple[str, ...]
    reason: str
    yes: str
    unknown: str
    judgement: str
    wishes: str
    items: tuple[tuple[str, str, str, str, str], ...]
    risk: str
    summary: str
    actions: tuple[tuple[str, str, str, str], ...]
    withheld: Mapping[str, tuple[str, str]] = field(default_factory=dict)


KINDS = (
    Kind(
        "ex-partner", ("visible_high_risk",),
        "He has waited outside her work three times this fortnight since she left, and told her sister that he will find out where she lives. "
        "Police attended twice. She needs a plan with housing and her employer that no single agency can make.",
        "D01 D02 D03 D04 D06 D08 D10 D11 D12 D14 D15 D17 D18 D21 D24", "D16 D22 D23", "",
        "She wants to keep her job and stay near her sister. She does not want him told that she has spoken to anybody.",
        (
            ("dan", "fact", "all_present", "offence", "Two calls in the last three weeks: a breach of the peace outside her work and a report of damage to her car. He is on bail with a condition not to contact her."),
            ("dan", "intelligence", "owner_only", "offence", "Single-source report, not yet assessed, that he has tried to buy a tracking device."),
            ("priya", "fact", "all_present", "special", "Seen in April with bruising to the upper arms, which she put down to a fall. Asked alone in May, she said that she was frightened at home."),
            ("lena", "fact", "named_agencies", "personal", "Tenant since 2021. Asked for the locks to be changed in the spring; the work was done on the day."),
        ),
        "Stalking at work and on the way home", "Risk to her is high and rising since she left. The workplace is the place of most risk.",
        (
            ("harbourne-police", "perpetrator", "Visit him about the bail condition and record any breach", "Visited on the Tuesday; warned, and a breach recorded for the calls to her work."),
            ("harbourne-homes", "victim", "Fit a London bar and window locks within five working days", "Fitted by the contractor on the fourth day; she was shown how to use them."),
            ("safe-harbour", "victim", "Agree a safety plan for her work with her manager, with her consent", "Met her manager with her; she parks by the door and is walked out."),
        ),
    ),
    Kind(
        "husband", ("professional_judgement",),
        "She answered yes to nine questions only, with her mother-in-law in the next room. She is not allowed to hold money or a phone of her own, "
        "and the school has noticed that she is never alone. I believe that she is at high risk.",
        "D02 D03 D04 D07 D12 D17 D20", "D01 D05 D09 D10 D11 D13 D14 D15 D16 D18", "She could not speak freely; the control by several relatives is what worries me, not the score.",
        "She wants to be able to ring her own family. She is not ready to leave and asked us not to visit the home.",
        (
            ("tess", "reported", "all_present", "child", "School reports that the older child answers for her mother at the gate and is often collected by an uncle."),
            ("tess", "opinion", "named_agencies", "child", "The worker thinks that a home visit now would be answered by the relatives and would raise the risk."),
            ("priya", "fact", "chair_only", "health-confidential", "Two missed antenatal appointments; attended the third with a relative who would not leave the room."),
        ),
        "Control by several relatives; isolation", "High on professional judgement. Nobody is to write to or visit the home.",
        (
            ("quay-street", "victim", "Offer a lone appointment at the surgery, by a text that says nothing of why", "Seen alone at the surgery for twenty minutes; she took the number of the IDVA."),
            ("harbourne-csc", "child", "Speak with the school about who collects the children", "School now asks for a password; the mother agreed."),
        ),
    ),
    Kind(
        "partner", ("visible_high_risk", "potential_escalation"),
        "Fourth call in a year. This time he put his hands round her neck in front of the children and she could not speak for a moment. "
        "He drinks daily and has lost his job. She fears for the baby.",
        "D01 D02 D03 D05 D09 D10 D11 D12 D13 D15 D17 D19 D20 D21 D22 D24", "D16", "",
        "She wants him to get help and to live elsewhere until he does. She wants the baby to be safe.",
        (
            ("dan", "fact", "all_present", "offence", "Four attendances in twelve months. Charged with assault; bailed to his mother's address with a condition not to go to the home."),
            ("sam", "fact", "named_agencies", "offence", "On a community order until March for an earlier assault. Attends, but smelled of drink at the last two appointments."),
            ("tess", "fact", "all_present", "child", "Both children have been on a child in need plan since the summer. The nursery has no concern about the baby's care."),
        ),
        "Strangulation in front of the children", "High. The choking is a marker of danger to life; alcohol and the lost job make the next weeks worse.",
        (
            ("harbourne-probation", "perpetrator", "Return the order to court if he misses or comes drunk again", "Order returned; a curfew and an alcohol monitoring requirement were added."),
            ("harbourne-csc", "child", "Hold a strategy discussion within two working days", "Held the next day; a child protection conference is booked."),
            ("harbourne-police", "victim", "Put a marker on the address and give her an alarm", "Marker on; alarm fitted and tested with her."),
        ),
    ),
    Kind(
        "son", ("professional_judgement", "visible_high_risk"),
        "Her adult son takes her pension, has broken the bedroom door twice and shouted that she would be better dead. "
        "She is 71, walks with a frame and says that he is all she has.",
        "D01 D02 D03 D04 D05 D10 D12 D13 D14 D17 D18 D20 D21 D24", "D11 D23", "She minimises what he does because she depends on him for shopping and lifts.",
        "She wants him to stop, not to go to prison. She wants somebody to do her shopping.",
        (
            ("priya", "fact", "all_present", "health-confidential", "Repeated falls; weight loss of six kilograms since last winter. She has capacity to decide where she lives."),
            ("lena", "reported", "named_agencies", "personal", "Neighbours have rung about shouting at night five times since June."),
            ("dan", "fact", "all_present", "offence", "Arrested once for criminal damage; no further action, as she would not support it."),
        ),
        "Financial abuse and threats by her adult son", "High on judgement and score. Her needs for care are part of the plan.",
        (
            ("harbourne-homes", "victim", "Repair the bedroom door and offer a lifeline alarm", "Door replaced; she accepted the alarm."),
            ("quay-street", "victim", "Refer to adult social care for an assessment of her needs", "Referred; assessed at home with her agreement on a day when he was out."),
        ),
    ),
    Kind(
        "ex-husband", ("visible_high_risk",),
        "New messages through a friend's account since the order was made, and a photograph of her new front door. "
        "The children are asked on contact visits who comes to the house.",
        "D02 D03 D06 D07 D08 D10 D11 D12 D14 D17 D18 D22 D23 D24", "D16 D21", "",
        "She wants the messages to stop and contact to be supervised. She asks that her new address is kept from everyone who does not need it.",
        (
            ("dan", "fact", "all_present", "offence", "Non-molestation order served in the spring, in force for a year. Two breaches recorded; one charged."),
            ("amira", "reported", "all_signatories", "personal", "She has changed her route and her number. She keeps the photographs for court."),
            ("tess", "fact", "all_present", "child", "Private law proceedings; the family court adviser has asked for a chronology."),
        ),
        "Harassment through others; danger of the new address becoming known", "Still high. What we agreed in the spring held until he found a way round it.",
        (
            ("harbourne-police", "perpetrator", "Arrest for the breach and seek a remand", "Arrested and charged; remanded for four days, then bailed with a tag."),
            ("harbourne-csc", "child", "Give the family court adviser our view on supervised contact", "Letter sent; contact is supervised until the next hearing."),
            ("safe-harbour", "victim", "Help her apply to have the order extended", "Application made with the duty solicitor."),
        ),
        {"priya": ("It was told in confidence, does not bear on the risk, and she asked that it stays with the surgery.", "The Caldicott guardian of the surgery agrees.")},
    ),
)  # fmt: skip
