from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import ManyToManyField, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.models import User

admin.site.unregister(Group)

OWN_RIGHTS = ("is_active", "is_staff", "is_superuser")


class NewPersonForm(UserCreationForm):
    """Everybody signs in with a password: there is no other way in."""

    usable_password = None


@admin.register(User)
class PersonAdmin(UserAdmin, ModelAdmin):
    """For superusers alone: whoever may change people could make himself one.

    Django's groups of people are called roles, as groups are of pictures here.
    """

    form = UserChangeForm
    add_form = NewPersonForm
    change_password_form = AdminPasswordChangeForm
    list_filter = ("is_staff", "is_superuser", "is_active")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password_page")}),
        ("About", {"fields": ("first_name", "last_name", "email")}),
        ("What they may do", {"fields": (*OWN_RIGHTS, "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "password1", "password2")}),)

    def has_module_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    has_view_permission = has_add_permission = has_module_permission
    has_change_permission = has_module_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser and obj != request.user

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> tuple[str, ...]:
        """Nobody takes the own rights: so somebody who has them is always left."""
        own = OWN_RIGHTS if obj == request.user else ()
        return ("password_page", *own)

    @display(description="password")
    def password_page(self, person: User) -> SafeString:
        """How it is kept is nobody's business."""
        address = reverse("admin:auth_user_password_change", args=[person.pk])
        return format_html('<a class="text-link" href="{}">Give a new one</a>', address)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet
    ) -> HttpResponse | None:
        """Nothing, when what was chosen is nobody's key: Django fails on that."""
        try:
            return super().response_action(request, queryset)
        except ValidationError:
            return None

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField:
        if db_field.name == "groups":
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
            kwargs["label"] = "Roles"
            kwargs["help_text"] = (
                "A curator looks after groups, images, OneDrive and imports, but not "
                "after people. Staff status is needed too."
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)
