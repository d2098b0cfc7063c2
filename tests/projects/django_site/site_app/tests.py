from django.test import TestCase

from site_app.models import Plan


class PlanTest(TestCase):
    def test_free(self):
        assert Plan().is_free
