"""Pages: packs."""

from django.urls import URLPattern

urls: list[URLPattern] = []
