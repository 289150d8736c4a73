using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Findings;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using Finding = CaBridge.Analysis.Findings.Finding;
using FindingSeverity = CaBridge.Analysis.Findings.FindingSeverity;

namespace CaBridge.Server.Live;

/// <summary>A <see cref="FindingFilter"/> that was understood.</summary>
internal sealed class FindingSelection
{
    private readonly FindingSeverity _least;
    private readonly HashSet<FindingKind> _kinds = [];
    private readonly PvGlob? _pv;
    private readonly HostOrEndpoint? _server;
    private readonly HostOrEndpoint? _client;
    private readonly bool _openOnly;

    /// <exception cref="QuestionException">A field says what it may not.</exception>
    public FindingSelection(FindingFilter? filter)
    {
        filter ??= new FindingFilter();
        Sensor = filter.Sensor;
        _least = filter.MinSeverity == Contracts.V1.FindingSeverity.Unspecified
            ? FindingSeverity.Info
            : filter.MinSeverity.ToSeverity() ?? throw new QuestionException($"filter.min_severity has a value that is not known: {filter.MinSeverity}");
        foreach (var id in filter.Ids)
        {
            _kinds.Add(FindingNames.TryParse(id, out var kind)
                ? kind
                : throw new QuestionException($"filter.ids must be some of {string.Join(", ", FindingNames.All)}; one is '{id}'"));
        }

        _pv = filter.Pv.Length == 0 ? null : PvGlob.Parse(filter.Pv);
        _server = HostField.Read(filter.Server, "filter.server");
        _client = HostField.Read(filter.Client, "filter.client");
        _openOnly = filter.OpenOnly;
    }

    /// <summary>Whose findings are asked for; empty for those of all together.</summary>
    public string Sensor { get; }

    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: there is no such sensor.</exception>
    public SensorState? DemandSensor(LiveState state) => Sensor.Length == 0 ? null : state.DemandSensor(Sensor);

    public bool Matches(Finding finding) =>
        finding.Severity >= _least
        && (!_openOnly || finding.IsOpen)
        && (_kinds.Count == 0 || _kinds.Contains(finding.Kind))
        && (_pv is null || finding.Pvs.Any(pv => _pv.IsMatch(pv)))
        && (_server is null || finding.Servers.Any(_server.Matches))
        && (_client is null || finding.Clients.Any(client => _client.Matches(client) || (client.Port == 0 && _client.Endpoint.Host == client)));
}
