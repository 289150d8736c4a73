using CaBridge.Contracts.V1;
using CaBridge.Tests.Captures;
using Grpc.Core;

namespace CaBridge.Tests.Server;

/// <summary>Findings as they open, change and close.</summary>
[TestFixture]
internal sealed class FindingWatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Findings_open_and_close_with_their_session()
    {
        using var server = new ServerProgram();
        using var watch = server.Analysis.WatchFindings(new WatchFindingsRequest { Filter = new FindingFilter { Ids = { "duplicate-pv" } } });
        Assert.That(await NextAsync(watch), Is.Empty);
        using var agent = await RawAgent.ConnectAsync(server.Channel, "gate");
        var batches = SampleBatches.Of(GoldenCapture.Named("duplicate-pv"));
        foreach (var batch in batches)
        {
            await agent.SendAsync(batch);
        }

        var opened = await NextAsync(watch);
        Assert.That(opened.Select(told => told.Change), Is.Not.Empty.And.All.EqualTo(FindingChange.Opened));
        Assert.That(opened.Select(told => told.Finding.Open), Is.All.True);

        using var later = server.Analysis.WatchFindings(new WatchFindingsRequest { Filter = new FindingFilter { Ids = { "duplicate-pv" } } });
        Assert.That((await NextAsync(later)).Select(told => (told.Change, told.Finding.Key)), Is.EquivalentTo(opened.Select(told => (FindingChange.Current, told.Finding.Key))));

        // another session of the sensor: nobody looks any more whether they go on
        using var next = await RawAgent.ConnectAsync(server.Channel, "gate");
        var closed = await NextAsync(watch);
        Assert.That(closed.Select(told => (told.Change, told.Finding.Key, told.Finding.Open)), Is.EquivalentTo(opened.Select(told => (FindingChange.Closed, told.Finding.Key, false))));
    }

    [Test]
    public async Task Findings_that_are_seen_again_are_updated_and_quiet_ones_close()
    {
        using var server = new ServerProgram();
        using var watch = server.Analysis.WatchFindings(new WatchFindingsRequest { Filter = new FindingFilter { Sensor = "gate", Ids = { "duplicate-pv" } } });
        await NextAsync(watch);
        using var agent = await RawAgent.ConnectAsync(server.Channel, "gate");
        var batches = SampleBatches.Of(GoldenCapture.Named("duplicate-pv"));
        var key = "";
        for (var round = 0UL; round < 2; round++)
        {
            foreach (var batch in batches)
            {
                var later = batch.Clone();
                later.Sequence += round * (ulong)batches.Count;
                later.FirstUnixNs += (long)round * 20_000_000_000;
                await agent.SendAsync(later);
            }

            var told = (await NextAsync(watch))[0];
            Assert.That((told.Change, told.Finding.Open), Is.EqualTo((round == 0 ? FindingChange.Opened : FindingChange.Updated, true)));
            key = round == 0 ? told.Finding.Key : key;
        }

        // an hour of silence
        var last = SampleBatches.Noise(1000);
        last.FirstUnixNs = batches[0].FirstUnixNs + 3_600_000_000_000;
        await agent.SendAsync(last);
        var closed = await NextAsync(watch);
        Assert.That(closed.Select(told => told.Change), Is.All.EqualTo(FindingChange.Closed));
        Assert.That(closed.Select(told => told.Finding.Key), Does.Contain(key));
        Assert.That((await server.Analysis.ListFindingsAsync(new ListFindingsRequest { Filter = new FindingFilter { OpenOnly = true } })).Findings, Is.Empty);
    }

    private static async Task<IReadOnlyList<FindingEvent>> NextAsync(AsyncServerStreamingCall<WatchFindingsResponse> watch)
    {
        Assert.That(await watch.ResponseStream.MoveNext().WaitAsync(Patience), Is.True);
        Assert.That(watch.ResponseStream.Current.Skipped, Is.Zero);
        return watch.ResponseStream.Current.Events;
    }
}
