"""Pages for what went wrong. They say what to do, and nothing of what lies behind."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TOO_OLD = (
    "This form was open for too long, or came from elsewhere. Go back, copy what you wrote, and load the page again."
)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or came from elsewhere."""
    return render(request, "403.html", {"reason": TOO_OLD}, status=403)


def bad_request(request: HttpRequest, exception=None) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception=None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception=None) -> HttpResponse:
    """The same for what does not exist and for what is not the viewer's: not a byte differs."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
