using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Tcp;

/// <summary>What the capture does not have.</summary>
[TestFixture]
public sealed class TcpConnectionLossTests
{
    [Test]
    public void Hole_that_the_peer_acknowledged_is_a_gap_after_200_ms()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "abc", ack: 500);
        probe.Client(2, 106, "ghi", ack: 500);
        probe.Server(3, 500, "", ack: 109);
        probe.AdvanceTo(202);
        Assert.That(probe.Story, Is.EqualTo(["C abc @1"]));

        probe.Client(203, 109, "jkl", ack: 500);

        Assert.That(probe.Story, Is.EqualTo(["C abc @1", "C gap 3 @2", "C ghi @2", "C jkl @203"]));
        Assert.That(probe.Anomaly(AnomalyKind.TcpGap), Is.EqualTo(new AnomalyCount(AnomalyKind.TcpGap, 1, 2, 3)));
    }

    [Test]
    public void Hole_that_the_peer_has_not_acknowledged_is_waited_for()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "abc", ack: 500);
        probe.Client(2, 106, "ghi", ack: 500);
        probe.Server(3, 500, "", ack: 103);
        probe.AdvanceTo(60_000);
        probe.Client(60_001, 103, "def", ack: 500);

        Assert.That(probe.Story, Is.EqualTo(["C abc @1", "C def @60001", "C ghi @60001"]));
    }

    [Test]
    public void Hole_is_a_gap_after_a_second_where_the_peer_is_not_captured()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 103, "def");
        probe.AdvanceTo(1_001);
        Assert.That(probe.Story, Is.Empty);

        probe.AdvanceTo(1_002);

        Assert.That(probe.Story, Is.EqualTo(["C gap 3 @1", "C def @1"]));
    }

    [Test]
    public void Missing_bytes_that_come_after_the_gap_are_old()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 103, "def");
        probe.AdvanceTo(2_000);
        probe.Client(2_001, 100, "abcdefg");

        Assert.That(probe.Story, Is.EqualTo(["C gap 3 @1", "C def @1", "C g @2001"]));
    }

    [Test]
    public void Reply_to_a_lost_request_comes_behind_a_gap_with_its_own_time()
    {
        var probe = new ConnectionProbe();
        probe.Server(1, 500, "re", ack: 103);
        probe.Server(201, 502, "", ack: 103);
        Assert.That(probe.Story, Is.Empty);

        probe.Server(202, 502, "", ack: 103);

        Assert.That(probe.Story, Is.EqualTo(["C gap 3 @1", "S re @1"]));
    }

    [Test]
    public void Bytes_that_a_bare_ack_tells_of_are_a_gap_after_200_ms()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "abc", ack: 500);
        probe.Client(2, 103, "", ack: 508);
        probe.AdvanceTo(202);
        Assert.That(probe.Story, Is.EqualTo(["C abc @1"]));

        probe.AdvanceTo(203);

        Assert.That(probe.Story, Is.EqualTo(["C abc @1", "S gap 8 @2"]));
    }

    [Test]
    public void Bytes_before_a_fin_are_a_gap_when_nothing_more_comes()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "abc", ack: 500);
        probe.Server(2, 508, "", ack: 103, flags: TcpFlags.Fin);
        Assert.That(probe.Story, Is.EqualTo(["C abc @1"]));

        probe.Flush();

        Assert.That(probe.Story.Take(2), Is.EqualTo(["C abc @1", "S gap 8 @2"]));
        Assert.That(probe.Story[2..], Has.Count.EqualTo(1).And.All.StartsWith("S end"));
        Assert.That(probe.Anomaly(AnomalyKind.TcpGap), Is.EqualTo(new AnomalyCount(AnomalyKind.TcpGap, 1, 2, 8)));
    }

    [Test]
    public void One_direction_alone_is_in_order()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "abc", ack: 504);
        probe.Client(300, 103, "def", ack: 508);
        probe.Client(600, 106, "ghi", ack: 512);
        probe.Client(900, 109, "jkl", ack: 516);
        probe.Flush();

        Assert.That(probe.Story.Where(told => told.StartsWith('C')), Is.EqualTo(["C abc @1", "C def @300", "C ghi @600", "C jkl @900"]));
        Assert.That(probe.Anomaly(AnomalyKind.TcpOutOfOrder).Count, Is.Zero);
    }

    [Test]
    public void Segments_behind_what_was_lost_are_in_order()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 103, "def");
        probe.Client(2, 106, "ghi");
        probe.Flush();

        Assert.That(probe.Anomaly(AnomalyKind.TcpOutOfOrder).Count, Is.Zero);
    }

    [Test]
    public void Gaps_of_both_directions_are_given_up_in_order()
    {
        var probe = new ConnectionProbe();
        probe.Server(1, 503, "r2", ack: 106);
        probe.Client(2, 103, "def", ack: 503);
        probe.Flush();

        Assert.That(probe.Story, Is.EqualTo(["C gap 3 @1", "S gap 3 @2", "C def @2", "S r2 @1"]));
        Assert.That(probe.HeldMemoryBytes, Is.Zero);
        Assert.That(probe.IsWaiting, Is.False);
    }

    [Test]
    public void Reset_gives_up_holes_then_ends_both_directions()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 103, "def");
        probe.Server(2, 500, "", flags: TcpFlags.Rst);

        Assert.That(probe.Story, Is.EqualTo(["C gap 3 @1", "C def @1", "S reset @2"]));
    }

    [Test]
    public void Fin_behind_a_hole_comes_after_the_gap()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 103, "def", flags: TcpFlags.Fin);
        probe.Flush();

        Assert.That(probe.Story, Is.EqualTo(["C gap 3 @1", "C def @1", "C end @1"]));
    }

    [Test]
    public void Bytes_beyond_the_bound_are_given_out_behind_a_gap()
    {
        var probe = new ConnectionProbe(maxHeldBytes: 8);
        probe.Client(1, 103, "defgh");
        Assert.That(probe.Story, Is.Empty);
        probe.Client(2, 110, "klmno");

        Assert.That(probe.Story, Is.EqualTo(["C gap 3 @1", "C defgh @1"]));
    }

    [Test]
    public void Deferred_bytes_beyond_the_bound_are_given_out_behind_a_gap()
    {
        var probe = new ConnectionProbe(maxHeldBytes: 8);
        probe.Server(1, 500, "abcde", ack: 103);
        probe.Server(2, 505, "fghij", ack: 103);

        Assert.That(probe.Story, Is.EqualTo(["C gap 3 @1", "S abcde @1", "S fghij @2"]));
    }

    [Test]
    public void Held_segments_are_bounded_where_the_capture_kept_none_of_their_bytes()
    {
        var probe = new ConnectionProbe();
        for (var i = 0u; i < 10_000; i++)
        {
            probe.Client(1, 102 + (2 * i), "x", cut: 1);
        }

        Assert.That(probe.Story, Has.Count.GreaterThan(0));
    }

    [Test]
    public void Jump_of_the_sequence_number_is_a_gap()
    {
        const uint Far = 100 + (1 << 27);
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "abc");
        probe.Client(2, Far, "xyz");
        probe.Client(3, Far + 3, "uvw");

        Assert.That(probe.Story, Is.EqualTo(["C abc @1", "C gap 0 @2", "C xyz @2", "C uvw @3"]));
    }

    [Test]
    public void Jump_in_a_reply_that_had_to_wait_loses_nothing()
    {
        const uint Far = 500 + (1 << 27);
        var probe = new ConnectionProbe();
        probe.Server(1, Far, "re", ack: 103);
        probe.Client(2, 100, "abc", ack: 500);

        Assert.That(probe.Story, Is.EqualTo(["C abc @2", "S gap 0 @1", "S re @1"]));
        Assert.That(probe.Anomaly(AnomalyKind.TcpRetransmission).Count, Is.Zero);
    }
}
