from rest_framework import mixins, permissions, serializers, status, viewsets
from rest_framework.decorators import action, api_view
from rest_framework.generics import ListAPIView, RetrieveUpdateAPIView
from rest_framework.views import APIView


class IsOwner(permissions.BasePermission):
    def has_permission(self, request, view):
        return True

    def leftover(self):  # expect: unreached
        return False


class UserSerializer(serializers.Serializer):
    name = serializers.CharField()
    rank = serializers.SerializerMethodField()

    def get_rank(self, user):
        return 1

    def validate_name(self, value):
        return value

    def to_internal_value(self, data):
        return super().to_internal_value(data)

    def former_level_of(self, user):  # expect: unreached
        return 3


class UserViewSet(viewsets.ModelViewSet):
    serializer_class = UserSerializer
    permission_classes = [IsOwner]

    def perform_create(self, serializer):
        serializer.save()

    @action(detail=True, methods=["post"], url_path="lock")
    def lock_user(self, request, pk=None):
        return None

    @lock_user.mapping.delete
    def unlock_user(self, request, pk=None):
        return None

    @action(detail=False)
    def active(self, request):
        return None

    @action(detail=True, methods=["GET", "patch"], url_path=r"notes/(?P<number>\d+)")
    def a_note(self, request, pk=None, number=None):
        return None

    def unused(self, request):  # expect: unreached
        return status.HTTP_200_OK


class BookViewSet(viewsets.ReadOnlyModelViewSet):
    lookup_field = "isbn"


class Archived:
    @action(detail=False, methods=["get"])
    def archived(self, request):
        return None


class LoanViewSet(Archived, mixins.ListModelMixin, mixins.UpdateModelMixin, viewsets.GenericViewSet):
    http_method_names = ["get", "put"]
    lookup_url_kwarg = "loan"
    lookup_field = "number"


class PingViewSet(viewsets.ViewSet):
    def list(self, request):
        return None

    def ping(self, request):  # an action of its own
        return None


@api_view(["GET", "PUT"])
def state(request):
    return None


class Profile(RetrieveUpdateAPIView):
    pass


class Names(ListAPIView):
    def post(self, request):
        return None


class Raw(APIView):
    def delete(self, request):
        return None


class Forgotten(APIView):  # expect: unreached
    def get(self, request):
        return None
