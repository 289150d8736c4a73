using System.Runtime.CompilerServices;
using CaBridge.Contracts.V1;
using CaBridge.Server.Live;
using CaBridge.Server.Security;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace CaBridge.Server.Ingest;

/// <summary>Packets in from agents, and out to viewers: capture.proto.</summary>
internal sealed partial class CaptureService(LiveLoop loop, LiveOptions options, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<CaptureService> logger)
    : Contracts.V1.CaptureService.CaptureServiceBase
{
    [Authorize(Rights.Send)]
    public override async Task Stream(
        IAsyncStreamReader<PacketBatch> requestStream, IServerStreamWriter<Acknowledgement> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        var peer = context.Peer;
        var hello = await ReadHelloAsync(requestStream, end.Token);
        var stream = new AgentStream();
        await loop.PostAsync(state => state.Connect(hello, stream, peer, clock.GetUtcNow()), end.Token);
        LogConnected(hello.Sensor, hello.SessionId, peer);
        var reading = ReadAsync(requestStream, hello.SessionId, stream, end.Token);
        try
        {
            // also while the server stops: the next one would get what is taken in here and not acknowledged
            await foreach (var acknowledgement in stream.Acknowledgements.ReadAllAsync(context.CancellationToken))
            {
                await responseStream.WriteAsync(acknowledgement, context.CancellationToken);
            }

            await reading;
            ThrowIfStopping();
        }
        finally
        {
            await end.CancelAsync();
            await loop.PostAsync(state => state.Disconnect(hello.SessionId, stream), CancellationToken.None);
            var packets = await loop.AskAsync(state => state.Sessions.Find(hello.SessionId)?.Packets ?? 0, CancellationToken.None);
            LogDisconnected(hello.Sensor, hello.SessionId, peer, packets);
        }
    }

    [Authorize(Rights.Read)]
    public override async Task Subscribe(SubscribeRequest request, IServerStreamWriter<PacketBatch> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var viewer = new Viewer(request.Sensors, options.MaxBatchesPerViewer);
        if (!await loop.AskAsync(state => state.TryAddViewer(viewer), end.Token))
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"{options.MaxViewers} viewers are connected already"));
        }

        try
        {
            // so that the caller knows from when on it misses nothing
            await context.WriteResponseHeadersAsync([]);
            await foreach (var batch in viewer.Batches.ReadAllAsync(end.Token))
            {
                await responseStream.WriteAsync(batch, end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            ThrowIfStopping();
            throw;
        }
        finally
        {
            await loop.PostAsync(state => state.RemoveViewer(viewer), CancellationToken.None);
        }
    }

    private static async Task<Hello> ReadHelloAsync(IAsyncStreamReader<PacketBatch> batches, CancellationToken cancel)
    {
        if (!await batches.MoveNext(cancel))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "the stream ended before hello"));
        }

        var first = batches.Current;
        return HelloRules.Fault(first) is { } fault ? throw new RpcException(new Status(StatusCode.InvalidArgument, fault)) : first.Hello;
    }

    /// <summary>Hands batches to the loop as it takes them; while it does not, nothing is read, and HTTP/2 holds the agent.</summary>
    private async Task ReadAsync(IAsyncStreamReader<PacketBatch> batches, string sessionId, AgentStream stream, CancellationToken cancel)
    {
        try
        {
            await foreach (var batch in ReadBatchesAsync(batches, cancel))
            {
                if (batch.CalculateSize() > options.MaxBatchBytes || batch.CapturedLengths.Count > options.MaxBatchPackets)
                {
                    stream.Refuse(StatusCode.ResourceExhausted, $"batch {batch.Sequence} is larger than {options.MaxBatchBytes} bytes or {options.MaxBatchPackets} packets");
                    return;
                }

                await loop.PostAsync(state => state.Take(sessionId, stream, batch, clock.GetUtcNow()), CancellationToken.None);
            }

            await loop.PostAsync(_ => stream.Complete(), CancellationToken.None);
        }
        catch (RpcException failure)
        {
            // a message beyond gRPC's limit
            stream.Refuse(failure.StatusCode, failure.Status.Detail);
        }
        catch (InvalidProtocolBufferException failure)
        {
            stream.Refuse(StatusCode.InvalidArgument, $"a message is no PacketBatch: {failure.Message}");
        }
    }

    /// <summary>Until the agent says that it has no more, is gone, or the server stops.</summary>
    private static async IAsyncEnumerable<PacketBatch> ReadBatchesAsync(
        IAsyncStreamReader<PacketBatch> batches, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (await HasNextAsync())
        {
            yield return batches.Current;
        }

        async Task<bool> HasNextAsync()
        {
            try
            {
                return await batches.MoveNext(cancel);
            }
            catch (Exception failure) when (failure is OperationCanceledException or IOException and not InvalidProtocolBufferException)
            {
                return false;
            }
        }
    }

    private void ThrowIfStopping()
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the server is stopping"));
        }
    }

    [LoggerMessage(10, LogLevel.Information, "Sensor {Sensor} connected: session {Session}, {Peer}")]
    private partial void LogConnected(string sensor, string session, string peer);

    [LoggerMessage(11, LogLevel.Information, "Sensor {Sensor} disconnected: session {Session}, {Peer}, {Packets} packets taken in")]
    private partial void LogDisconnected(string sensor, string session, string peer, long packets);
}
