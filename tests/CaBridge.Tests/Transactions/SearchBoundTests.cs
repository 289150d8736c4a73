using CaBridge.Analysis;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Transactions;

/// <summary>Searches where the tables of searches and of names are full.</summary>
[TestFixture]
public sealed class SearchBoundTests
{
    private static readonly Endpoint Client = Wire.Console with { Port = 50_000 };

    [Test]
    public void Full_table_gives_up_old_searches_and_counts_them()
    {
        var wire = new Wire(new AnalyzerOptions { MaxSearches = 4 });
        for (var cid = 1u; cid <= 20; cid++)
        {
            wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(cid), Ca.Search(cid, $"PV{cid}"));
        }

        var evicted = wire.Anomalies(AnomalyKind.TableEvicted);
        Assert.That(evicted, Is.GreaterThan(0).And.EqualTo(wire.Transactions.Count));
        wire.End();
        Assert.That(wire.Account(Operation.Search), Is.EqualTo(wire.Account(Operation.Search) with { Requests = 20, Pending = 20 }));
        Assert.That(wire.Snapshot().Search.NeverAnswered, Has.Count.EqualTo(20));
    }

    [Test]
    public void Answered_searches_make_room_before_open_ones()
    {
        var wire = new Wire(new AnalyzerOptions { MaxSearches = 4 });
        for (var cid = 1u; cid <= 4; cid++)
        {
            wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(cid), Ca.Search(cid, $"PV{cid}"));
        }

        wire.Datagram(Wire.Ioc, Client, Ca.Found(3, 5064), Ca.Found(4, 5064));
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(5), Ca.Search(5, "PV5"));
        wire.Datagram(Wire.Ioc, Client, Ca.Found(1, 5064), Ca.Found(2, 5064), Ca.Found(5, 5064));

        Assert.That(
            wire.Transactions.Select(told => (told.Pv?.Text, told.Outcome)),
            Is.EqualTo(new[] { "PV3", "PV4", "PV1", "PV2", "PV5" }.Select(pv => ((string?)pv, Outcome.Answered))));
        Assert.That(wire.Anomalies(AnomalyKind.TableEvicted), Is.EqualTo(2));
    }

    [Test]
    public void Answered_searches_go_only_until_half_of_the_table_is_free()
    {
        var wire = new Wire(new AnalyzerOptions { MaxSearches = 4 });
        for (var cid = 1u; cid <= 4; cid++)
        {
            wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(cid), Ca.Search(cid, $"PV{cid}"));
            wire.Datagram(Wire.Ioc, Client, Ca.Found(cid, 5064));
        }

        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(5), Ca.Search(5, "PV5"));

        Assert.That(wire.Anomalies(AnomalyKind.TableEvicted), Is.EqualTo(2));
    }

    [Test]
    public void Retries_of_a_name_beyond_the_bound_are_tries_of_one_search()
    {
        var wire = new Wire(new AnalyzerOptions { MaxNames = 1 });
        for (var attempt = 1u; attempt <= 3; attempt++)
        {
            wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(attempt), Ca.Search(7, "A"), Ca.Search(8, "B"));
        }

        wire.Datagram(Wire.Ioc, Client, Ca.Found(7, 5064), Ca.Found(8, 5064));

        Assert.That(wire.Transactions.Select(told => (told.Pv?.Text, told.Tries)), Is.EqualTo([("A", 3), ((string?)"B", 3)]));
        Assert.That(wire.Anomalies(AnomalyKind.IdReused), Is.Zero);
    }
}
