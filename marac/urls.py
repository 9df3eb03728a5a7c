"""Addresses of this kind of panel."""

from django.urls import URLPattern, path

from marac import views

urlpatterns: list[URLPattern] = [
    path("referrals/new/", views.NewReferral.as_view(), name="marac_refer"),
    path("referrals/new/<slug:panel>/", views.NewReferral.as_view(), name="marac_refer_to"),
    path("referrals/<str:reference>/assess/", views.AssessAgain.as_view(), name="marac_assess"),
    path("referrals/<str:reference>/contact/", views.RecordContact.as_view(), name="marac_contact"),
    path("cases/<str:reference>/assess/", views.AssessCaseAgain.as_view(), name="marac_assess_case"),
    path("cases/<str:reference>/contact/", views.RecordCaseContact.as_view(), name="marac_case_contact"),
]
