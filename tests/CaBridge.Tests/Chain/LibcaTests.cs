using System.Diagnostics;
using System.Text.RegularExpressions;
using CaBridge.Analysis.Transactions;
using CaBridge.Contracts;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Chain;

/// <summary>EPICS' own client library against a small server, seen by the agent on the loopback beside its own traffic.</summary>
[TestFixture, Parallelizable]
internal sealed partial class LibcaTests
{
    private const string Python = "/usr/bin/python3";

    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "pyepics");

    [Test]
    public void Search_create_get_put_and_monitor_are_counted()
    {
        using (var check = new StartedProgram(new ProcessStartInfo(Python, ["-c", "import epics"])))
        {
            if (check.WaitForExit() != 0)
                Assert.Ignore($"LIBCA IS NOT TESTED: python3-pyepics is not installed: {check.Text}");
        }

        using var chain = LiveChain.Start("lo");
        using var server = new StartedProgram(chain.Cable.AtFarEnd(new ProcessStartInfo(Python, [Path.Combine(Folder, "server.py")])));
        server.WaitFor(Ready());
        using var client = new StartedProgram(chain.Cable.AtFarEnd(new ProcessStartInfo(
            "env", ["EPICS_CA_ADDR_LIST=127.0.0.1", "EPICS_CA_AUTO_ADDR_LIST=NO", Python, Path.Combine(Folder, "client.py")])));
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

    [GeneratedRegex("^ready$", RegexOptions.NonBacktracking)]
    private static partial Regex Ready();
}
