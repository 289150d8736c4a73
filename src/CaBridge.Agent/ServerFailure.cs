using Grpc.Core;

namespace CaBridge.Agent;

/// <summary>Why a call to a server failed, for the user.</summary>
public static class ServerFailure
{
    /// <summary>To be read after a colon.</summary>
    public static string Reason(RpcException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.StatusCode switch
        {
            StatusCode.Unauthenticated => "it asks for a token or a client certificate, and what it was shown is not known there",

            // what happened is the innermost; those around it tell that it happened to a call
            _ when failure.Status.DebugException is { } cause => cause.GetBaseException().Message.TrimEnd('.'),
            StatusCode.Unavailable => failure.Status.Detail,
            _ => $"{failure.StatusCode}: {failure.Status.Detail}",
        };
    }
}
