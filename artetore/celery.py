"""Workers on several machines: `celery -A artetore worker` on each, `beat` on one.

Loaded by Celery's own command, and by what has to be woken through a broker; the site
without one never imports it.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artetore.settings")

app = Celery("artetore")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
