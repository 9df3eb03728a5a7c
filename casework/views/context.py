"""What every page's frame shows."""

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict:
    """Context of base.html: the viewer, where she may go, and whether this is the demo."""
    return {"viewer": getattr(request, "viewer", None), "is_demo": settings.DEMO, "navigation": []}
