using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Server.Live;

namespace CaBridge.Server.Queries;

/// <summary><c>ListChannels</c>.</summary>
internal sealed class ChannelsQuestion(ListChannelsRequest request)
{
    private const int MaxMonitors = 10_000;

    private readonly CircuitFilter _filter = new(request.Client, request.Server);
    private readonly PvGlob? _pv = request.Pv.Length == 0 ? null : PvGlob.Parse(request.Pv);
    private readonly Page _page = Page.Of(request.PageSize, request.PageToken);

    /// <summary>Asked on the loop.</summary>
    public ListChannelsResponse Answer(LiveState state)
    {
        var walk = new OpenWalk(state.Open, _page, static (analyzer, from) => analyzer.NextChannel(from));
        var response = new ListChannelsResponse();
        while (response.Channels.Count < _page.Size && walk.TryNext(out var sensor, out var place))
        {
            var channel = sensor.Session.Analyzer.ChannelAt(place);
            var circuit = channel.Circuit;
            if (_filter.Matches(in circuit) && IsWanted(channel.Pv) && walk.Counts(sensor, in circuit))
            {
                var monitors = channel.Monitors(MaxMonitors, sensor.Session.LastPacket ?? circuit.LastSeen);
                response.Channels.Add(Describe(in channel, monitors, sensor.Name));
                walk.Pay(monitors.Count);
            }
        }

        response.NextPageToken = walk.NextToken;
        return response;
    }

    private static Channel Describe(in OpenChannel channel, ChannelMonitors monitors, string sensor)
    {
        var message = new Channel
        {
            Pv = channel.Pv?.Text ?? "",
            Client = channel.Circuit.Client.ToString(),
            Server = channel.Circuit.Server.ToString(),
            State = channel.IsPending ? ChannelState.Creating : ChannelState.Connected,
            NativeType = channel.NativeType is { } type ? DbrLayout.NameOf((ushort)type) : "",
            ElementCount = channel.ElementCount ?? 0,
            CreatedAt = channel.Since.ToTimestamp(),
            CreateLatency = channel.CreateLatency?.ToDuration(),
            Requests = channel.Requests,
            Subscriptions = monitors.Count,
            Updates = monitors.Updates,
            UpdatesPerSecond = monitors.UpdatesPerSecond,
            Sensor = sensor,
        };
        if (channel.Rights is { } rights)
        {
            (message.CanRead, message.CanWrite) = (AccessRights.CanRead(rights), AccessRights.CanWrite(rights));
        }

        return message;
    }

    private bool IsWanted(PvName? pv) => _pv is null || (pv is not null && _pv.IsMatch(pv.Text));
}
