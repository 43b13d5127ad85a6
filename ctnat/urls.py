"""Every address of the project. A view declares who may use it; without sign-in are those marked `public`."""

from django.urls import include, path

urlpatterns = [
    path("accounts/single-sign-on/", include("assessments.public_urls")),
    path("accounts/", include("ctnat.account_urls")),
    path("instruments/", include("instruments.urls")),
    path("instruments/", include("surveys.trial_urls")),
    path("s/", include("surveys.public_urls")),
    path("w/", include("workshops.public_urls")),
    path("r/", include("reports.public_urls")),
    path("v/", include("reports.review_urls")),
    path("site/demonstration/", include("reports.site_urls")),
    path("a/<slug:reference>/tool/versions/", include("surveys.tool_urls")),
    path("a/<slug:reference>/interviews/documents/", include("reports.interview_urls")),
    path("a/<slug:reference>/interviews/", include("interviews.urls")),
    path("a/<slug:reference>/survey/", include("surveys.urls")),
    path("a/<slug:reference>/indicators/", include("indicators.urls")),
    path("a/<slug:reference>/workshop/", include("workshops.urls")),
    path("a/<slug:reference>/quick-start/", include("workshops.quick_start_urls")),
    path("a/<slug:reference>/analysis/", include("analysis.urls")),
    path("a/<slug:reference>/report/", include("reports.urls")),
    path("a/<slug:reference>/", include("reports.life_urls")),
    path("", include("assessments.urls")),
]
