"""Groups and images in the staff site."""

from django.contrib import admin

from gallery.admin_groups import GroupAdmin
from gallery.admin_images import ImageAdmin
from gallery.models import Group, Image

admin.site.register(Group, GroupAdmin)
admin.site.register(Image, ImageAdmin)
