using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using Operation = CaBridge.Analysis.Transactions.Operation;
using Outcome = CaBridge.Analysis.Transactions.Outcome;
using Transaction = CaBridge.Analysis.Transactions.Transaction;

namespace CaBridge.Server.Live;

/// <summary>A <see cref="TransactionFilter"/> that was understood.</summary>
internal sealed class OperationFilter
{
    private readonly bool[] _operations = new bool[OperationNames.Count];
    private readonly bool[] _outcomes = new bool[(int)Outcome.NoRequest + 1];
    private readonly HostOrEndpoint? _server;
    private readonly HostOrEndpoint? _client;
    private readonly PvGlob? _pv;
    private readonly string _sensor;
    private readonly CaptureDuration? _slowerThan;

    /// <exception cref="QuestionException">A field says what it may not.</exception>
    public OperationFilter(TransactionFilter? filter)
    {
        filter ??= new TransactionFilter();
        Mark(_operations, filter.Operations, operation => (int?)operation.ToOperation(), "filter.operations");
        Mark(_outcomes, filter.Outcomes, outcome => (int?)outcome.ToOutcome(), "filter.outcomes");
        _server = HostField.Read(filter.Server, "filter.server");
        _client = HostField.Read(filter.Client, "filter.client");
        _pv = filter.Pv.Length == 0 ? null : PvGlob.Parse(filter.Pv);
        _sensor = filter.Sensor;
        _slowerThan = TimeField.Read(filter.SlowerThan, "filter.slower_than");
        if (_slowerThan is { Nanoseconds: < 0 })
        {
            throw new QuestionException("filter.slower_than must not be negative");
        }
    }

    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: there is no such sensor.</exception>
    public void DemandSensor(LiveState state)
    {
        if (_sensor.Length > 0)
        {
            state.DemandSensor(_sensor);
        }
    }

    /// <summary>Whether it asks for nothing but operations, which every answer can tell apart.</summary>
    public bool IsByOperationOnly =>
        _server is null && _client is null && _pv is null && _sensor.Length == 0 && _slowerThan is null && Array.TrueForAll(_outcomes, wanted => wanted);

    public bool Wants(Operation operation) => _operations[(int)operation];

    public bool Matches(string sensor, in Transaction transaction) =>
        _operations[(int)transaction.Operation]
        && _outcomes[(int)transaction.Outcome]
        && (_slowerThan is not { } limit || (transaction.Latency is { } latency && latency > limit))
        && (_sensor.Length == 0 || string.Equals(_sensor, sensor, StringComparison.Ordinal))
        && _server?.Matches(transaction.Server) != false
        && _client?.Matches(transaction.Client) != false
        && (_pv is null || (transaction.Pv is { } pv && _pv.IsMatch(pv.Text)));

    private static void Mark<T>(bool[] wanted, IReadOnlyCollection<T> named, Func<T, int?> indexOf, string field)
    {
        if (named.Count == 0)
        {
            Array.Fill(wanted, value: true);
        }

        foreach (var one in named)
        {
            wanted[indexOf(one) ?? throw new QuestionException($"{field} has a value that is not known: {one}")] = true;
        }
    }
}
