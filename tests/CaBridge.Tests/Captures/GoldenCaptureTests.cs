using System.Text.Json;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Tests.Captures;

[TestFixtureSource(typeof(GoldenCapture), nameof(GoldenCapture.All))]
internal sealed class GoldenCaptureTests(GoldenCapture capture)
{
    // the expected figures are written with three decimals
    private const double RoundingError = 0.000_501;

    private readonly JsonElement _expected = capture.ReadExpected();

    private static bool IsExpected(Operation operation) =>
        operation is Operation.Create or Operation.Get or Operation.Put or Operation.Subscribe or Operation.Echo;

    [Test]
    public void Frames_of_TCP_and_UDP_agree() =>
        Assert.That(capture.Answers.Snapshot.Frames, Is.EqualTo(_expected.GetProperty("frames").GetInt64()));

    [Test]
    public void Messages_agree_by_transport_direction_and_command()
    {
        var expected = _expected.GetProperty("messages").EnumerateObject().Select(kind => $"{kind.Name}: {kind.Value.GetInt64()}");

        var found = capture.Answers.Snapshot.Messages.Select(message =>
            $"{NameOf(message.Transport)} {NameOf(message.Transport, message.Sender)} {(int)message.Command}: {message.Count}");

        Assert.That(Difference.Between(expected, found), Is.Empty);
    }

    [Test]
    public void Beacons_agree()
    {
        var beacons = capture.Answers.Snapshot.Messages
            .Where(message => message is { Transport: Transport.Udp, Command: CaCommand.RsrvIsUp })
            .Sum(message => message.Count);

        Assert.That(beacons, Is.EqualTo(_expected.GetProperty("beacons").GetInt64()));
    }

    [Test]
    public void Search_figures_agree()
    {
        var search = capture.Answers.Snapshot.Search;

        Assert.That(
            (search.Searches, search.Names, search.Answered),
            Is.EqualTo((
                _expected.GetProperty("searches").GetInt64(),
                _expected.GetProperty("search_names").GetInt64(),
                _expected.GetProperty("search_answered").GetInt64())));
        Assert.That(
            search.NeverAnswered,
            Is.EqualTo(_expected.GetProperty("searched_never_answered").EnumerateArray().Select(name => name.GetString())));
    }

    [Test]
    public void Transactions_agree_to_the_nanosecond()
    {
        if (!_expected.TryGetProperty("transactions", out var transactions))
            Assert.Pass("left out of the largest captures, whose latency tables tell");

        var expected = transactions.EnumerateArray().Select(transaction =>
            $"{transaction.GetProperty("operation").GetString()} {transaction.GetProperty("pv").GetString()} {transaction.GetProperty("client").GetString()} "
            + $"{transaction.GetProperty("server").GetString()} {transaction.GetProperty("requested_unix_ns").GetInt64()} {transaction.GetProperty("latency_ns").GetInt64()}");

        var found = capture.Answers.Transactions.Where(transaction => transaction.HasReply && IsExpected(transaction.Operation)).Select(transaction =>
            $"{transaction.Operation.Name()} {transaction.Pv} {transaction.Client} "
            + $"{transaction.Server} {transaction.RequestedAt.UnixNanoseconds} {transaction.Latency?.Nanoseconds}");

        Assert.That(Difference.Between(expected, found), Is.Empty);
    }

    [Test]
    public void Unanswered_requests_agree()
    {
        var expected = _expected.GetProperty("unanswered").EnumerateArray().Select(request =>
            $"{request.GetProperty("kind").GetString()} {request.GetProperty("pv").GetString()} {request.GetProperty("client").GetString()} "
            + $"{request.GetProperty("server").GetString()} {request.GetProperty("t").GetInt64()}");

        var found = capture.Answers.Transactions
            .Where(transaction => !transaction.HasReply && transaction.Outcome != Outcome.NoRequest && IsExpected(transaction.Operation))
            .Select(transaction =>
                $"{transaction.Operation.Name()} {transaction.Pv} {transaction.Client} {transaction.Server} {transaction.RequestedAt.UnixNanoseconds}");

        Assert.That(Difference.Between(expected, found), Is.Empty);
    }

    [Test]
    public void Latency_by_server_agrees()
    {
        var table = new LatencyTable(LatencyGrouping.Server);
        foreach (var transaction in capture.Answers.Transactions)
            table.Add(in transaction);
        var found = table.Rows().Where(row => IsExpected(row.Operation)).ToDictionary(row => $"{row.Operation.Name()} {row.Key}", row => row.Summary, StringComparer.Ordinal);
        var expected = _expected.GetProperty("latency_by_operation_and_server");

        Assert.That(found.Keys, Is.EquivalentTo(expected.EnumerateObject().Select(row => row.Name)));
        using (Assert.EnterMultipleScope())
        {
            foreach (var row in expected.EnumerateObject())
                AssertThatRowAgrees(row.Name, found[row.Name], row.Value);
        }
    }

    private static void AssertThatRowAgrees(string name, LatencySummary found, JsonElement expected)
    {
        var deviation = expected.GetProperty("std_ns");
        Assert.That(found.Exact, Is.True, name);
        Assert.That(
            (found.Count, found.Minimum, found.Maximum),
            Is.EqualTo((expected.GetProperty("count").GetInt64(), expected.GetProperty("min_ns").GetInt64(), expected.GetProperty("max_ns").GetInt64())),
            name);
        Assert.That(
            (found.Percentile25, found.Percentile50, found.Percentile75),
            Is.EqualTo((expected.GetProperty("p25_ns").GetDouble(), expected.GetProperty("p50_ns").GetDouble(), expected.GetProperty("p75_ns").GetDouble())),
            name);
        Assert.That(found.Mean, Is.EqualTo(expected.GetProperty("mean_ns").GetDouble()).Within(RoundingError), name);
        Assert.That(found.StandardDeviation.HasValue, Is.EqualTo(deviation.ValueKind == JsonValueKind.Number), name);
        if (found.StandardDeviation is { } spread)
            Assert.That(spread, Is.EqualTo(deviation.GetDouble()).Within(RoundingError), name);
    }

    private static string NameOf(Transport transport) => transport == Transport.Tcp ? "tcp" : "udp";

    private static string NameOf(Transport transport, Sender sender) => (transport, sender) switch
    {
        (Transport.Udp, _) => string.Empty,
        (_, Sender.Client) => "req",
        (_, Sender.Server) => "rsp",
        _ => "unknown",
    };
}
