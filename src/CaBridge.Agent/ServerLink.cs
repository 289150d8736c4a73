using CaBridge.Contracts.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace CaBridge.Agent;

/// <summary>Sends what a spool holds to the server, over as many connections as it takes.</summary>
/// <param name="channel">The server.</param>
/// <param name="session">Whose batches they are.</param>
/// <param name="spool">Numbered batches, serialized.</param>
public sealed class ServerLink(GrpcChannel channel, AgentSession session, Spool spool)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>As the generated client's, but of batches that are serialized already.</summary>
    private static readonly Method<byte[], Acknowledgement> Stream = new(
        MethodType.DuplexStreaming,
        "cabridge.v1.CaptureService",
        "Stream",
        new Marshaller<byte[]>(Write, context => context.PayloadAsNewBuffer()),
        Marshallers.Create(message => message.ToByteArray(), Acknowledgement.Parser.ParseFrom));

    /// <summary>Whether the server answers at the moment.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Why it does not; null while it does.</summary>
    public string? Problem { get; private set; }

    /// <summary>The last batch that the server has.</summary>
    public ulong Acknowledged { get; private set; }

    /// <summary>Told when <see cref="IsConnected"/> or <see cref="Problem"/> changes.</summary>
    public Action? StateChanged { get; set; }

    /// <summary>Sends until the session is complete and the server has its last batch, or <paramref name="cancel"/>.</summary>
    /// <exception cref="AgentException">The server refuses the session for good; the message says why.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        var last = session.Last;
        var pause = FirstPause;
        while (!(last.IsCompletedSuccessfully && Acknowledged >= await last))
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                await SendAsync(last, cancel);
                pause = FirstPause;
            }
            catch (RpcException failure) when (!cancel.IsCancellationRequested)
            {
                ServerFault.ThrowIfFinal(failure, ServerFault.ToSend);
                pause = IsConnected ? FirstPause : pause;
                Tell(isConnected: false, ServerFault.Sentence(failure, ServerFault.ToSend));
                await Task.Delay(pause + (pause * Random.Shared.NextDouble() / 2), cancel);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (RpcException)
            {
                cancel.ThrowIfCancellationRequested();
            }
        }
    }

    private static void Write(byte[] batch, SerializationContext context)
    {
        context.SetPayloadLength(batch.Length);
        var writer = context.GetBufferWriter();
        batch.CopyTo(writer.GetSpan(batch.Length));
        writer.Advance(batch.Length);
        context.Complete();
    }

    /// <summary>Whether a write failed because the call has ended; its status says why.</summary>
    private static bool HasEnded(Exception failure, CancellationToken cancel) =>
        failure is IOException or InvalidOperationException or OperationCanceledException && !cancel.IsCancellationRequested;

    private async Task SendAsync(Task<ulong> last, CancellationToken cancel)
    {
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(Stream, host: null, new CallOptions(cancellationToken: cancel));
        var hello = session.Greet(firstSequence: Math.Max(spool.FirstSequence, Acknowledged + 1));
        try
        {
            await call.RequestStream.WriteAsync(new PacketBatch { Hello = hello }.ToByteArray(), cancel);
        }
        catch (Exception failure) when (HasEnded(failure, cancel))
        {
            // its status comes below
        }

        if (!await call.ResponseStream.MoveNext(cancel))
        {
            throw new RpcException(call.GetStatus());
        }

        Take(call.ResponseStream.Current);
        Tell(isConnected: true, problem: null);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var acknowledging = TakeAcknowledgementsAsync(call.ResponseStream, end.Token);
        try
        {
            await SendBatchesAsync(call.RequestStream, Acknowledged, last, acknowledging, end.Token);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception failure) when (HasEnded(failure, cancel))
        {
            // its status comes below
        }

        await acknowledging;
        if (!(last.IsCompletedSuccessfully && Acknowledged >= await last))
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the server ended the stream"));
        }
    }

    private async Task SendBatchesAsync(
        IClientStreamWriter<byte[]> batches, ulong sent, Task<ulong> last, Task acknowledging, CancellationToken cancel)
    {
        while (!acknowledging.IsCompleted)
        {
            var changed = spool.Changed();
            while (spool.TryRead(sent, out var sequence, out var batch))
            {
                await batches.WriteAsync(batch, cancel);
                sent = sequence;
            }

            if (last.IsCompletedSuccessfully && sent >= await last)
            {
                return;
            }

            await Task.WhenAny(changed, last, acknowledging);
            if (last.IsCompleted && !changed.IsCompleted)
            {
                // the last batch is in the spool by now; if it was dropped there is nothing to wait for
                return;
            }
        }
    }

    private async Task TakeAcknowledgementsAsync(IAsyncStreamReader<Acknowledgement> acknowledgements, CancellationToken cancel)
    {
        while (await acknowledgements.MoveNext(cancel))
        {
            Take(acknowledgements.Current);
        }
    }

    private void Take(Acknowledgement acknowledgement)
    {
        if (acknowledgement.Sequence > Acknowledged)
        {
            Acknowledged = acknowledgement.Sequence;
            spool.Acknowledge(acknowledgement.Sequence);
        }
    }

    private void Tell(bool isConnected, string? problem)
    {
        if ((IsConnected, Problem) != (isConnected, problem))
        {
            (IsConnected, Problem) = (isConnected, problem);
            StateChanged?.Invoke();
        }
    }
}
