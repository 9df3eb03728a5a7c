"""Pages: decisions."""

from django.urls import URLPattern

urls: list[URLPattern] = []
