"""Addresses of deliveries, of the contracts they follow, and of doubtful links."""

from django.urls import path

from qianshao.feeds.pages import contracts, deliveries, links, uploads

app_name = "feeds"
urlpatterns = [
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/upload/", uploads.upload, name="upload"),
    path("deliveries/<int:key>/", deliveries.delivery, name="delivery"),
    path("deliveries/<int:key>/marked/", deliveries.marked, name="marked"),
    path("feeds/", contracts.contracts, name="contracts"),
    path("feeds/<slug:feed>/", contracts.contract, name="contract"),
    path("feeds/<slug:feed>/template/", contracts.template, name="template"),
    path("links/", links.links, name="links"),
    path("links/<int:key>/", links.link, name="link"),
]
