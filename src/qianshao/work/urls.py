from django.urls import path

from qianshao.work import pages

app_name = "work"
urlpatterns = [
    path("jobs/", pages.jobs, name="jobs"),
    path("jobs/<int:key>/", pages.job, name="job"),
    path("jobs/<int:key>/progress/", pages.progress, name="progress"),
]
