"""The words of the ASB side: what behaviour is called. Codes are stored; labels are shown."""

CATEGORIES: tuple[tuple[str, str], ...] = (
    ("noise", "Noise"),
    ("nuisance_neighbour", "Nuisance neighbour"),
    ("rowdy_behaviour", "Rowdy or inconsiderate behaviour"),
    ("verbal_abuse", "Verbal abuse"),
    ("harassment_intimidation", "Harassment or intimidation"),
    ("threats", "Threats"),
    ("violence", "Violence"),
    ("hate", "Hate-related behaviour"),
    ("vandalism_damage", "Vandalism or damage"),
    ("graffiti", "Graffiti"),
    ("drug_use", "Drug use"),
    ("drug_dealing", "Drug dealing"),
    ("cuckooing", "Home taken over (cuckooing)"),
    ("alcohol", "Street drinking or alcohol"),
    ("litter_drug_paraphernalia", "Litter or drug paraphernalia"),
    ("fly_tipping", "Fly-tipping"),
    ("vehicle_nuisance", "Vehicle nuisance"),
    ("abandoned_vehicle", "Abandoned vehicle"),
    ("off_road_bikes", "Off-road bikes"),
    ("animal_problem", "Animals"),
    ("fireworks", "Fireworks"),
    ("trespass", "Trespass"),
    ("begging_vagrancy", "Begging"),
    ("malicious_comms", "Malicious communications"),
    ("communal_misuse", "Misuse of communal areas"),
    ("arson_fire", "Fire-setting"),
    ("other", "Other"),
)
LABELS = dict(CATEGORIES)


def category_label(code: str) -> str:
    """The label of a category; a code that the list no longer has is shown in words."""
    return LABELS.get(code, code.replace("_", " ").capitalize())
