using CaBridge.Server.Live;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CaBridge.Server;

/// <summary>
/// Failures that are no fault of the server as their status and sentence: a question that cannot be answered as it was asked, and a message that is
/// none, INVALID_ARGUMENT; a caller that has gone, CANCELLED; a stop of the server, UNAVAILABLE.
/// </summary>
internal sealed class CallErrors(IHostApplicationLifetime lifetime) : Interceptor
{
    /// <summary>Whether a message could not be read as one.</summary>
    public static bool IsMalformed(Exception failure) => failure is InvalidProtocolBufferException or InvalidDataException;

    /// <summary>Whether this is how gRPC tells that a call has ended: reset, cancelled, or over for reading and writing.</summary>
    public static bool IsEnd(Exception failure) => failure is OperationCanceledException or InvalidOperationException or IOException && !IsMalformed(failure);

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception failure) when (StatusOf(failure, context) is { } status)
        {
            throw new RpcException(status);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception failure) when (StatusOf(failure, context) is { } status)
        {
            throw new RpcException(status);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception failure) when (StatusOf(failure, context) is { } status)
        {
            throw new RpcException(status);
        }
    }

    private Status? StatusOf(Exception failure, ServerCallContext context) => failure switch
    {
        QuestionException => new Status(StatusCode.InvalidArgument, failure.Message),
        _ when IsMalformed(failure) => new Status(StatusCode.InvalidArgument, $"a message cannot be read: {failure.Message}"),
        _ when IsEnd(failure) && context.CancellationToken.IsCancellationRequested => new Status(StatusCode.Cancelled, "the caller has gone"),
        OperationCanceledException when lifetime.ApplicationStopping.IsCancellationRequested => new Status(StatusCode.Unavailable, "the server is stopping"),
        _ => null,
    };
}
