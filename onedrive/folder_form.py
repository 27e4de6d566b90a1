"""A folder's row in the staff site's list: what to do with it, into which group."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from gallery.models import Group
from gallery.querysets import LARGEST_NUMBER
from onedrive.models import DriveFolder


class FolderForm(forms.ModelForm):
    """Groups are named by number: a list of all in every row would be too long."""

    choice = forms.ChoiceField(
        choices=DriveFolder.Choice.choices,
        widget=UnfoldAdminSelectWidget(attrs={"class": "min-w-32"}),
    )
    group = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST_NUMBER,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"style": "width: 6rem"}),
    )

    class Meta:
        model = DriveFolder
        fields = ("choice", "group")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        group = self.instance.group
        self.initial["group"] = group.number if group else None
        # A list has no labels of its own for them.
        for name, words in (("choice", "What to do with"), ("group", "Group of")):
            label = f"{words} {self.instance.name}"
            self.fields[name].widget.attrs["aria-label"] = label

    def clean_group(self) -> Group | None:
        number = self.cleaned_data["group"]
        if "group" not in self.changed_data:
            return self.instance.group
        if number is None:
            return None
        group = Group.objects.numbered(number).first()
        if group is None:
            raise forms.ValidationError(f"There is no group {number}.")
        return group
