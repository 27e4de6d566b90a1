from typing import Any

from rest_framework import serializers


class CredentialField(serializers.CharField):
    """As typed. What can't be a name or a password does not match, that is all."""

    def __init__(self, **kwargs: Any):
        super().__init__(allow_blank=True, trim_whitespace=False, **kwargs)
        self.validators = []


class LoginInput(serializers.Serializer):
    username = CredentialField()
    password = CredentialField()
