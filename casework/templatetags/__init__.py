"""Template tags of the kit, available in every template without `{% load %}`."""
