"""gRPC and Protocol Buffers: servicers, whose methods are the calls of the service, and interceptors.

In: nothing. Out: `RULE`. The generated base class lists the calls; where it stands in the project, overrides live by
it. Never imports gRPC.
"""

from auditor.model.framework import FrameworkRule, names

_INTERCEPTOR = names(
    "intercept_service intercept_unary_unary intercept_unary_stream intercept_stream_unary intercept_stream_stream"
)

RULE = FrameworkRule(
    name="grpc",
    enablers=("grpc", "grpclib"),
    base_classes={
        "grpc.*Interceptor": _INTERCEPTOR,
        "grpc.aio.*Interceptor": _INTERCEPTOR,
        "grpc.GenericRpcHandler": ("service", "service_name"),
        "grpc.AuthMetadataPlugin": (),
        "*_pb2_grpc.*Servicer": ("[A-Z]*",),
    },
)
