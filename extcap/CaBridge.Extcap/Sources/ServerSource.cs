using System.Diagnostics;
using CaBridge.Agent;
using CaBridge.Capture.Live;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Extcap.Output;
using Grpc.Core;

namespace CaBridge.Extcap.Sources;

/// <summary>Follows the packets that a server takes in, over as many connections as it takes.</summary>
internal sealed class ServerSource(ExtcapOptions options, PacketFlow flow, PacketOutput output, Journal journal, ControlPipe control) : IDisposable
{
    private static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CountPeriod = TimeSpan.FromSeconds(1);

    private readonly PacketFilter? _filter = options.CaptureFilter is null ? null : new PacketFilter(options.CaptureFilter);
    private readonly FollowedSensors _sensors = new(flow, output);
    private TimeSpan _pause = FirstPause;
    private long _countedAt;
    private string? _told;
    private bool _wasConnected;
    private long _lost;

    /// <summary>Until the token is cancelled.</summary>
    /// <exception cref="AgentException">The server cannot be reached at first, or refuses.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using var channel = ServerConnection.Open(options.Server!);
        var client = new CaptureService.CaptureServiceClient(channel);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(client, stop);
                throw new RpcException(new Status(StatusCode.Unavailable, "it ended the stream"));
            }
            catch (RpcException failure) when (!stop.IsCancellationRequested)
            {
                ServerFault.ThrowIfFinal(failure);
                if (!_wasConnected)
                {
                    throw new AgentException($"The server {options.Server!.Url} cannot be reached: {ServerFault.Sentence(failure)}", failure);
                }

                Tell($"the server {options.Server!.Url} is away, trying again: {ServerFault.Sentence(failure)}");
                await Task.Delay(_pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            }
            catch (Exception failure) when (failure is RpcException or OperationCanceledException && stop.IsCancellationRequested)
            {
                break;
            }
        }

        _sensors.WriteStatistics(_lost, isLast: true);
    }

    public void Dispose() => _filter?.Dispose();

    private async Task FollowAsync(CaptureService.CaptureServiceClient client, CancellationToken stop)
    {
        var request = new SubscribeRequest { Sensors = { options.Sensors } };
        if ((options.Show.Server ?? options.Show.Client) is { } host)
        {
            request.Hosts.Add(host.Endpoint.AddressText());
        }

        using var answered = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var call = client.Subscribe(request, cancellationToken: answered.Token);
        if (!_wasConnected)
        {
            answered.CancelAfter(FirstAnswer);
        }

        try
        {
            await call.ResponseHeadersAsync;
        }
        catch (RpcException) when (answered.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, $"no answer within {FirstAnswer.TotalSeconds} s"));
        }

        answered.CancelAfter(Timeout.InfiniteTimeSpan);
        (_wasConnected, _pause, _told) = (true, FirstPause, null);
        output.Begin();
        journal.Tell($"following {options.Server!.Url}{(options.Sensors.Count == 0 ? "" : $", sensors {string.Join(", ", options.Sensors)}")}");
        while (await call.ResponseStream.MoveNext(stop))
        {
            Take(call.ResponseStream.Current);
        }
    }

    /// <summary>The same again is not told.</summary>
    private void Tell(string sentence)
    {
        if (!string.Equals(sentence, _told, StringComparison.Ordinal))
        {
            journal.Tell(sentence);
            _told = sentence;
        }
    }

    private void Take(PacketBatch batch)
    {
        if (batch.LostPackets > 0)
        {
            _lost += (long)batch.LostPackets;
            journal.Tell(FormattableString.Invariant($"{batch.LostPackets} packets were lost: Wireshark did not take them in time"));
        }

        if (batch.Hello is { } hello)
        {
            journal.Tell($"sensor {hello.Sensor}, {hello.Agent}, selection {hello.Selection}");
        }

        if (_sensors.Find(batch) is not { } sensor)
        {
            Refuse(batch, "a batch of packets is of a session that the server did not tell of");
            return;
        }

        if (PacketBatchReader.Fault(batch, sensor.LinkTypes.Count) is { } fault)
        {
            Refuse(batch, $"a batch of sensor {sensor.Name} is wrong: {fault}");
            return;
        }

        var packets = new PacketBatchReader(batch, sensor.LinkTypes);
        while (packets.TryRead(out var packet))
        {
            if (_filter?.Matches(in packet) != false)
            {
                sensor.Flow.Push(in packet);
            }
        }

        if (Stopwatch.GetElapsedTime(_countedAt) >= CountPeriod)
        {
            _countedAt = Stopwatch.GetTimestamp();
            _sensors.WriteStatistics(_lost, isLast: false);
            control.ShowCount(_lost + output.Dropped, "lost");
        }
    }

    /// <summary>Nothing is passed over in silence.</summary>
    private void Refuse(PacketBatch batch, string reason)
    {
        _lost += batch.CapturedLengths.Count;
        Tell($"{reason}; its packets count as lost");
    }
}
