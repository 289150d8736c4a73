using Grpc.Core;

namespace CaBridge.Agent;

/// <summary>Why a server did not answer, for the user.</summary>
public static class ServerFault
{
    /// <summary>To be read after a colon.</summary>
    public static string Sentence(RpcException failure) => failure.StatusCode == StatusCode.PermissionDenied
        ? "the token or certificate does not give the right to read"
        : ServerFailure.Reason(failure);

    /// <exception cref="AgentException">Asking again would not help.</exception>
    public static void ThrowIfFinal(RpcException failure)
    {
        if (failure.StatusCode is StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.Unimplemented)
        {
            throw new AgentException($"The server refuses: {Sentence(failure)}", failure);
        }
    }
}
