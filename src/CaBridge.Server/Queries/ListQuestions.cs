using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Server.Live;

namespace CaBridge.Server.Queries;

/// <summary><c>ListOperations</c>.</summary>
internal sealed class OperationsQuestion(ListOperationsRequest request)
{
    private readonly RangeQuestion _range = new(request.Range);

    public ListOperationsResponse Answer(LiveState state)
    {
        var sensor = request.Sensor.Length == 0 ? null : state.DemandSensor(request.Sensor);
        if (_range.IsWholeRun && sensor is not null)
        {
            return new ListOperationsResponse { Operations = { sensor.Snapshot().Operations.Select(account => account.ToMessage()) } };
        }

        var ledger = new Analysis.Statistics.OperationLedger();
        if (_range.IsWholeRun)
        {
            ledger.Merge(state.Statistics.Ledger);
        }
        else
        {
            var (start, end) = _range.Resolve(state.Statistics.Windows.Latest);
            var parts = state.Statistics.Windows.Within(start, end).SelectMany(bucket => bucket.Sensors);
            foreach (var (index, part) in parts.Where(entry => sensor is null || entry.Key == sensor.Index))
            {
                ledger.Merge(part.Ledger);
            }
        }

        return new ListOperationsResponse { Operations = { ledger.Accounts().Select(account => account.ToMessage()) } };
    }
}

/// <summary><c>ListTransactions</c>: backward through what is kept; the token is the number of the next one.</summary>
internal sealed class TransactionsQuestion(ListTransactionsRequest request)
{
    private readonly OperationFilter _filter = new(request.Filter);
    private readonly RangeQuestion _range = new(request.Range);
    private readonly Page _page = Page.Of(request.PageSize, request.PageToken);

    public ListTransactionsResponse Answer(LiveState state)
    {
        _filter.DemandSensor(state);
        var (start, end) = _range.Resolve(state.Statistics.Windows.Latest);
        var response = new ListTransactionsResponse
        {
            NextPageToken = RecentWalk.Backward(state, _page, Wanted, out var found),
        };
        response.Transactions.AddRange(found);
        return response;

        bool Wanted(string sensor, in Analysis.Transactions.Transaction transaction)
        {
            var at = transaction.CountedAt();
            return at >= start && at < end && _filter.Matches(sensor, in transaction);
        }
    }
}

/// <summary><c>ListUnanswered</c>.</summary>
internal sealed class UnansweredQuestion(ListUnansweredRequest request)
{
    private readonly OperationFilter _filter = new(request.Filter);
    private readonly Page _page = Page.Of(request.PageSize, request.PageToken);

    public ListUnansweredResponse Answer(LiveState state)
    {
        _filter.DemandSensor(state);
        var response = new ListUnansweredResponse
        {
            NextPageToken = RecentWalk.Backward(state, _page, Wanted, out var found),
            Counts = { state.Statistics.Total.Unanswered.Counts().Select(count => count.ToMessage()) },
        };
        response.Unanswered.AddRange(found);
        return response;

        bool Wanted(string sensor, in Analysis.Transactions.Transaction transaction) =>
            transaction.IsUnanswered() && _filter.Matches(sensor, in transaction);
    }
}

/// <summary><c>ListSensors</c>.</summary>
internal static class SensorsQuestion
{
    public static ListSensorsResponse Answer(LiveState state) => new() { Sensors = { state.Sensors.Select(Describe) } };

    private static Sensor Describe(SensorState sensor)
    {
        var session = sensor.Session;
        var snapshot = sensor.Snapshot();
        return new Sensor
        {
            Name = sensor.Name,
            Connected = session.IsConnected,
            Agent = session.Agent,
            Peer = session.Peer,
            SessionId = session.Id,
            LastSequence = session.LastSequence,
            Packets = session.Packets,
            Bytes = session.Bytes,
            FramesCaptured = (long)session.Counters.Frames,
            DroppedByKernel = (long)session.Counters.DroppedByKernel,
            DroppedByAgent = (long)session.Counters.DroppedByAgent,
            BatchesMissing = session.BatchesMissing,
            ClockOffset = session.ClockOffset is { } offset ? Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(offset) : null,
            FirstPacket = snapshot.First?.ToTimestamp(),
            LastPacket = snapshot.Last?.ToTimestamp(),
            ConnectedAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(session.ConnectedAt),
            Interfaces = { session.Interfaces.Select(described => described.Name) },
            Selection = session.Selection,
        };
    }
}
