import grpc
from generated import orders_pb2_grpc


class Orders(orders_pb2_grpc.OrdersServicer):
    def GetOrder(self, request, context):
        return self.found(request)

    def found(self, request):
        return request

    def lost(self, request):  # expect: unreached
        return request


class Timed(grpc.ServerInterceptor):
    def intercept_service(self, continuation, details):
        return continuation(details)

    def intercepted(self):  # expect: unreached
        return None


class OldOrders(orders_pb2_grpc.OrdersServicer):  # expect: unreached
    def GetOrder(self, request, context):
        return request


if __name__ == "__main__":
    orders_pb2_grpc.add_OrdersServicer_to_server(Orders(), grpc.server(None, interceptors=[Timed()]))
