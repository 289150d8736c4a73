using Grpc.Core;

namespace CaBridge.Agent;

/// <summary>Why a call to a server failed, for the user.</summary>
public static class ServerFault
{
    /// <summary>The right that a question needs, as it is named in <see cref="Sentence"/>.</summary>
    public const string ToRead = "read";

    /// <summary>The right that an agent needs.</summary>
    public const string ToSend = "send packets";

    /// <summary>To be read after a colon.</summary>
    /// <param name="right">What the call needs the right to.</param>
    public static string Sentence(RpcException failure, string right = ToRead)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.StatusCode switch
        {
            StatusCode.PermissionDenied => $"the token or certificate does not give the right to {right}",
            StatusCode.Unauthenticated => "it asks for a token or a client certificate, and what it was shown is not known there",

            // what happened is the innermost; those around it tell that it happened to a call
            _ when failure.Status.DebugException is { } cause => cause.GetBaseException().Message.TrimEnd('.'),
            StatusCode.Unavailable => failure.Status.Detail,
            _ => $"{failure.StatusCode}: {failure.Status.Detail}",
        };
    }

    /// <param name="right">As <see cref="Sentence"/> has it.</param>
    /// <exception cref="AgentException">Asking again would not help.</exception>
    public static void ThrowIfFinal(RpcException failure, string right = ToRead)
    {
        ArgumentNullException.ThrowIfNull(failure);
        if (failure.StatusCode is StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.Unauthenticated or StatusCode.PermissionDenied
            or StatusCode.FailedPrecondition or StatusCode.Unimplemented)
        {
            throw new AgentException($"The server refuses: {Sentence(failure, right)}", failure);
        }
    }
}
