"""Pages: auditing."""

from django.urls import URLPattern

urls: list[URLPattern] = []
