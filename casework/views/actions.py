"""Pages: actions."""

from django.urls import URLPattern

urls: list[URLPattern] = []
