using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Findings;

/// <summary>CREATE_CHAN that took far longer than the network and the server's other channels explain.</summary>
internal sealed class SlowCreateRule(FindingLog log, DiagnosisFacts facts)
{
    private const double Tail = 0.95;

    /// <summary>Fewer latencies have no 95th percentile.</summary>
    private const int LeastLatencies = 20;

    private readonly Dictionary<Endpoint, LatencyHistogram> _servers = [];
    private LatencyHistogram? _latest;
    private Endpoint _latestServer;

    public void Take(in Transaction create)
    {
        var options = facts.Options;
        if (!create.HasReply)
        {
            if (create.Outcome is Outcome.TimedOut or Outcome.Pending or Outcome.CircuitClosed && create.EndedAt - create.RequestedAt > options.SlowCreate)
            {
                Note(create, create.EndedAt - create.RequestedAt, isAnswered: false);
            }

            return;
        }

        var histogram = HistogramOf(create.Server);
        var spent = create.Latency!.Value - (create.Network ?? default);
        if (spent > options.SlowCreate || (spent > options.SlowCreateFloor && spent.Nanoseconds > options.SlowCreateFactor * TailOf(histogram)))
        {
            Note(create, spent, isAnswered: true);
        }

        histogram?.Add(spent.Nanoseconds);
    }

    private static double TailOf(LatencyHistogram? histogram) =>
        histogram is { Count: >= LeastLatencies } ? histogram.Quantile(Tail) : double.PositiveInfinity;

    private LatencyHistogram? HistogramOf(Endpoint server)
    {
        if (server == _latestServer)
        {
            return _latest;
        }

        if (!_servers.TryGetValue(server, out var histogram) && _servers.Count < facts.Options.MaxHosts)
        {
            _servers.Add(server, histogram = new LatencyHistogram());
        }

        (_latest, _latestServer) = (histogram, server);
        return histogram;
    }

    private void Note(in Transaction create, CaptureDuration spent, bool isAnswered)
    {
        var entry = log.Open(new FindingKey(FindingKind.SlowCreate, Server: create.Server), create.RequestedAt, Compose);
        entry.AddClient(create.Client.Host);
        entry.AddPv(create.Pv);
        entry.AddFrame(create.RequestFrame);
        entry.See(create.EndedAt, create.ReplyFrame);
        entry.NoteLongest(spent);
        entry.Amount += isAnswered ? 0 : 1;
    }

    private static FindingWords Compose(FindingEntry entry, DiagnosisFacts facts)
    {
        var unanswered = entry.Amount == 0 ? "" : entry.Amount == entry.Count ? ", without any answer" : $", {entry.Amount} of them without any answer";
        return new(
            $"{DiagnosisFacts.Servers(entry)} took up to {DurationUnit.Text(entry.Longest.Nanoseconds)} to create {DiagnosisFacts.Count(entry.Count, "channel")} ({DiagnosisFacts.Pvs(entry)}) for {facts.Clients(entry)}{unanswered}",
            "The network's round trip is not in this: look at the server's load, at access security that asks other hosts, and at a gateway that must connect first.");
    }
}
