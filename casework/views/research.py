"""Pages: research."""

from django.urls import URLPattern

urls: list[URLPattern] = []
