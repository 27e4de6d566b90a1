#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line
from django.db import Error

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artetore.settings")
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)
    except Error as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"The database failed. Is it there, and migrated? It said: {error}")
