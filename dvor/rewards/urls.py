from django.urls import URLPattern, URLResolver, path

from dvor.rewards import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("rewards/", views.catalogue, name="rewards"),
    path("rewards/<int:reward_id>/", views.reward, name="reward"),
    path("rewards/<int:reward_id>/order/", views.exchange, name="reward_order"),
    path("rewards/<int:reward_id>/wish/", views.wish, name="reward_wish"),
    path("orders/", views.my_orders, name="orders"),
    path("orders/<int:order_id>/", views.order, name="order"),
    path("orders/<int:order_id>/code/", views.reveal, name="order_code"),
    path("orders/<int:order_id>/cancel/", views.cancel, name="order_cancel"),
]
