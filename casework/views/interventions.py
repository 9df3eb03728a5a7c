"""Pages: interventions."""

from django.urls import URLPattern

urls: list[URLPattern] = []
