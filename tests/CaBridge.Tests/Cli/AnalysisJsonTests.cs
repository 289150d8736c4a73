using System.Text;
using System.Text.Json;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli;
using CaBridge.Cli.Rendering;
using static CaBridge.Tests.Statistics.SampleTransactions;

namespace CaBridge.Tests.Cli;

[TestFixture]
public sealed class AnalysisJsonTests
{
    /// <summary>The contract that others build on: fields may be added here, none renamed or removed. Line breaks are for the reader.</summary>
    [Test]
    public void Json_has_the_fields_of_the_contract() => Assert.That(
        Json([SampleReport.Transactions[0], SampleReport.Transactions[5]], transactions: true),
        Is.EqualTo(
            """
            {"transactions":[
            {"operation":"create","pv":"l1:ao0","client":"10.44.0.11:54668","server":"10.44.0.21:5064","requested_unix_ns":1795414647957190000,
            "latency_ns":14851000,"network_ns":null,"outcome":"answered","status":"ECA_NORMAL","tries":1,"fan_out":1,"bytes":72,"request_frame":77,"reply_frame":81},
            {"operation":"get","pv":"l2:big,array","client":"10.44.0.11:54668","server":"10.44.0.22:5064","requested_unix_ns":1795414647957190000,
            "latency_ns":null,"network_ns":null,"outcome":"circuit_closed","status":null,"tries":1,"fan_out":1,"bytes":72,"request_frame":77,"reply_frame":null}],
            "frames":12300,
            "capture":{"first_unix_ns":1795414647957190000,"last_unix_ns":1795414662808190000,"files":["some_network_traffic.pcap"],
            "frames_read":12345,"channel_access_frames":1200,"bytes":3400000,"channel_access_bytes":170000,"circuits":2,"problems":[]},
            "messages":[{"transport":"tcp","sender":"client","command":"CREATE_CHAN","code":18,"count":3},
            {"transport":"udp","sender":"unknown","command":"SEARCH","code":6,"count":45}],
            "operations":[{"operation":"create","requests":1,"answered":1,"failed":0,"pending":0,"timed_out":0,"circuit_closed":0,"lost_in_gap":0,
            "replies_without_request":0},
            {"operation":"get","requests":1,"answered":0,"failed":0,"pending":0,"timed_out":0,"circuit_closed":1,"lost_in_gap":0,
            "replies_without_request":0}],
            "search":{"searches":45,"search_names":16,"search_answered":1,"searched_never_answered":["nobody:a","nobody:b"],
            "searched_not_served":["nobody:a","nobody:b"]},
            "latency":[{"operation":"create","server":"10.44.0.21","count":1,"mean_ns":14851000,"std_ns":null,"min_ns":14851000,
            "p25_ns":14851000,"p50_ns":14851000,"p75_ns":14851000,"p95_ns":14851000,"p99_ns":14851000,"max_ns":14851000,"exact":true}],"latency_other_count":0,
            "slowest_pvs":[{"operation":"create","pv":"l1:ao0","server":"10.44.0.21","port":5064,"count":1,"mean_ns":14851000,"max_ns":14851000}],
            "slowest_pvs_unranked_count":0,"unanswered_total":1,"unanswered_truncated":false,
            "unanswered":[{"operation":"get","pv":"l2:big,array","client":"10.44.0.11:54668","server":"10.44.0.22:5064",
            "requested_unix_ns":1795414647957190000,"reason":"circuit_closed","request_frame":77}],
            "failures":[],
            "anomalies":[{"kind":"tcp_retransmission","count":13,"first_frame":77,"bytes":1024},
            {"kind":"duplicate_frame","count":1,"first_frame":12,"bytes":0}],
            "connection_summary":{"count":0,"by_server":[],"by_client":[]},
            "findings":[]}
            """.ReplaceLineEndings("") + "\n"));

    [Test]
    public void A_cut_list_of_unanswered_requests_has_their_total_and_says_so()
    {
        using var document = JsonDocument.Parse(Json([.. Enumerable.Repeat(SampleReport.Transactions[5], 7)], options: new StatisticsOptions { MaxUnanswered = 3 }));
        var answer = document.RootElement;

        Assert.That(answer.GetProperty("unanswered").GetArrayLength(), Is.EqualTo(3));
        Assert.That(answer.GetProperty("unanswered_total").GetInt64(), Is.EqualTo(7));
        Assert.That(answer.GetProperty("unanswered_truncated").GetBoolean(), Is.True);
    }

    [Test]
    public void Failures_have_their_status_and_PVs()
    {
        using var document = JsonDocument.Parse(Json([SampleReport.Transactions[3]]));

        Assert.That(document.RootElement.GetProperty("failures").GetRawText(), Is.EqualTo(
            """[{"operation":"put","server":"10.44.0.21","status":"ECA_NOWTACCESS","count":1,"pvs":["l1:ao0"]}]"""));
    }

    [TestCase(LatencyGrouping.Server, "10.44.0.21")]
    [TestCase(LatencyGrouping.Client, "10.44.0.11")]
    [TestCase(LatencyGrouping.Pv, "l1:ao0")]
    [TestCase(LatencyGrouping.Circuit, "10.44.0.11:54668 → 10.44.0.21:5064")]
    public void Latency_key_follows_the_grouping(LatencyGrouping grouping, string key)
    {
        using var document = JsonDocument.Parse(Json(SampleReport.Transactions[..1], grouping: grouping));

        Assert.That(document.RootElement.GetProperty("latency")[0].GetProperty(GroupingNames.Name(grouping)).GetString(), Is.EqualTo(key));
    }

    [Test]
    public void Doubles_are_read_back_to_the_last_bit()
    {
        using var document = JsonDocument.Parse(Json([.. Enumerable.Range(1, 4).Select(i => Answered(Operation.Get, SampleReport.Ao0, i))]));
        var latency = document.RootElement.GetProperty("latency")[0];

        Assert.That(latency.GetProperty("std_ns").GetDouble(), Is.EqualTo(1.2909944487358056));
        Assert.That(latency.GetProperty("p95_ns").GetDouble(), Is.EqualTo(3.8499999999999996));
    }

    [Test]
    public void Without_being_asked_for_transactions_are_no_member()
    {
        using var document = JsonDocument.Parse(Json(SampleReport.Transactions));

        Assert.That(document.RootElement.TryGetProperty("transactions", out _), Is.False);
    }

    [Test]
    public void Replies_without_request_are_counted_and_not_listed()
    {
        using var document = JsonDocument.Parse(Json([SampleReport.Transactions[6]], transactions: true));

        Assert.That(document.RootElement.GetProperty("transactions").GetArrayLength(), Is.Zero);
        Assert.That(document.RootElement.GetProperty("operations")[0].GetProperty("replies_without_request").GetInt32(), Is.EqualTo(1));
    }

    private static string Json(
        Transaction[] all, bool transactions = false, LatencyGrouping grouping = LatencyGrouping.Server, StatisticsOptions? options = null)
    {
        using var output = new MemoryStream();
        using (var json = new AnalysisJson(output))
        {
            if (transactions)
            {
                json.BeginTransactions();
                foreach (var transaction in all)
                {
                    json.Add(in transaction);
                }
            }

            json.Finish(SampleReport.Of(all, grouping, options: options));
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }
}
