from django.urls import path

from qianshao.screening.dossier import pages as dossier
from qianshao.screening.pages import overview, runs, warning, warnings

app_name = "screening"
urlpatterns = [
    path("overview/", overview.overview, name="overview"),
    path("overview/export/", overview.export, name="overview_export"),
    path("warnings/", warnings.warnings_list, name="warnings"),
    path("warnings/export/", warnings.export, name="warnings_export"),
    path("warnings/<int:key>/", warning.warning, name="warning"),
    path("warnings/<int:key>/figures/<slug:rule>/<slug:name>/", warning.figure, name="figure"),
    path("warnings/<int:key>/sheet/", warning.sheet, name="sheet"),
    path("warnings/<int:key>/hold/", warning.hold, name="hold"),
    path("warnings/<int:key>/lift/", warning.lift, name="lift"),
    path("households/<int:key>/", dossier.household, name="household"),
    path("households/<int:key>/figures/<slug:name>/", dossier.indicator, name="indicator"),
    path("households/<int:key>/number/", dossier.number, name="number"),
    path("runs/", runs.runs, name="runs"),
    path("runs/start/", runs.start, name="start"),
    path("runs/<int:key>/", runs.run, name="run"),
]
