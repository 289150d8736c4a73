using CaBridge.Analysis.Transactions;
using CaBridge.Contracts;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Chain;

/// <summary>EPICS' own client library against a small server, seen by the agent on the loopback beside its own traffic.</summary>
[TestFixture, Parallelizable]
internal sealed class LibcaTests
{
    [Test]
    public void Search_create_get_put_and_monitor_are_counted()
    {
        Pyepics.Require();
        using var chain = LiveChain.Start("lo");
        using var server = new StartedProgram(chain.Cable.AtFarEnd(Pyepics.Server()));
        server.WaitFor(Pyepics.Ready());
        using var client = new StartedProgram(chain.Cable.AtFarEnd(Pyepics.Client()));
        Assert.That(client.WaitForExit(), Is.Zero, client.Text);
        Assert.That(chain.Agent.Terminate().ExitCode, Is.Zero, chain.Agent.Text);

        var report = chain.Report;
        Assert.That(
            report.Operations.Select(account => (account.ToAccount().Operation, account.Requests, account.Answered)),
            Is.EquivalentTo(((Operation, long, long)[])
            [
                (Operation.Search, 1, 1),
                (Operation.Connect, 1, 1),
                (Operation.Create, 1, 1),
                (Operation.Get, 2, 2),
                (Operation.Put, 1, 1),
                (Operation.Subscribe, 1, 1),
                (Operation.Clear, 1, 1),
            ]));
        Assert.That(report.SlowestPvs.Select(pv => pv.Pv), Has.All.EqualTo("sim:ai"));
        Assert.That(chain.Sensor.DroppedByKernel, Is.Zero);
    }
}
