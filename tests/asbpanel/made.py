"""Words that the ASB tests look for."""

SUMMARY = "Music through the wall, most nights since May."
COMPLAINANT = "Ottoline Brambling"
CONTACT = "01632 960777"
