from rest_framework import permissions, serializers, viewsets
from rest_framework.decorators import action, api_view


class IsOwner(permissions.BasePermission):
    def has_permission(self, request, view):
        return True

    def leftover(self):  # expect: unreached
        return False


class UserSerializer(serializers.Serializer):
    name = serializers.CharField()

    def validate_name(self, value):
        return value


class UserViewSet(viewsets.ModelViewSet):
    serializer_class = UserSerializer
    permission_classes = [IsOwner]

    def perform_create(self, serializer):
        serializer.save()

    @action(detail=True, methods=["post"], url_path="lock")
    def lock_user(self, request, pk=None):
        return None

    def unused(self):  # expect: unreached
        return None


class BookViewSet(viewsets.ReadOnlyModelViewSet):
    lookup_field = "isbn"


@api_view(["GET", "PUT"])
def status(request):
    return None
