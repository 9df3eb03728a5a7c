"""Addresses of this kind of panel."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
