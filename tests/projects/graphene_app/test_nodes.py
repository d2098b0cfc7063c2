import pytest
from graphene_django import DjangoObjectType


def test_a_node_needs_a_model():
    with pytest.raises(AssertionError):

        class Broken(DjangoObjectType):
            pass
