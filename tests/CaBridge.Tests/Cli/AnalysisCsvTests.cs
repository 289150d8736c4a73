using CaBridge.Analysis.Statistics;
using CaBridge.Cli.Rendering;

namespace CaBridge.Tests.Cli;

[TestFixture]
public sealed class AnalysisCsvTests
{
    [Test]
    public void Latency_table_quotes_names_and_leaves_cells_without_value_empty()
    {
        using var output = new StringWriter();
        new AnalysisCsv(output).WriteLatency(SampleReport.Of(SampleReport.Transactions, LatencyGrouping.Pv));

        Assert.That(output.ToString(), Is.EqualTo(
            """
            operation,pv,count,mean_ns,std_ns,min_ns,p25_ns,p50_ns,p75_ns,p95_ns,p99_ns,max_ns,exact
            connect,,1,812,,812,812,812,812,812,812,812,true
            create,l1:ao0,1,14851000,,14851000,14851000,14851000,14851000,14851000,14851000,14851000,true
            create,"l2:big,array",2,82579500,95782563.25918616,14851000,48715250,82579500,116443750,143535150,148953430,150308000,true
            put,l1:ao0,1,45300,,45300,45300,45300,45300,45300,45300,45300,true

            """));
    }

    [Test]
    public void Transactions_are_a_table_of_their_own()
    {
        using var output = new StringWriter();
        var csv = new AnalysisCsv(output);
        csv.WriteTransactionHeader();
        foreach (var transaction in SampleReport.Transactions)
        {
            csv.Add(in transaction);
        }

        Assert.That(output.ToString(), Is.EqualTo(
            """
            operation,pv,client,server,requested_unix_ns,latency_ns,outcome,status,tries,fan_out,bytes,request_frame,reply_frame
            create,l1:ao0,10.44.0.11:54668,10.44.0.21:5064,1795414647957190000,14851000,answered,ECA_NORMAL,1,1,72,77,81
            create,"l2:big,array",10.44.0.11:54668,10.44.0.22:5064,1795414647957190000,150308000,answered,ECA_NORMAL,1,1,72,78,104
            create,"l2:big,array",10.44.0.11:54668,10.44.0.21:5064,1795414647957190000,14851000,answered,ECA_NORMAL,1,1,72,77,81
            put,l1:ao0,10.44.0.11:54668,10.44.0.21:5064,1795414647957190000,45300,failed,ECA_NOWTACCESS,1,1,72,77,81
            connect,,10.44.0.11:54668,10.44.0.21:5064,1795414647957190000,812,answered,ECA_NORMAL,1,1,72,77,81
            get,"l2:big,array",10.44.0.11:54668,10.44.0.22:5064,1795414647957190000,,circuit_closed,,1,1,72,77,

            """));
    }
}
