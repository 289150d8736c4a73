using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Tcp;

/// <summary>What is there in the end, in whatever order it was recorded.</summary>
[TestFixture]
public sealed class TcpConnectionOrderTests
{
    [Test]
    public void Segments_in_order_pass_through()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "abc");
        probe.Server(2, 500, "xyz", ack: 103);
        probe.Client(3, 103, "def", ack: 503);

        Assert.That(probe.Story, Is.EqualTo(["C abc @1", "S xyz @2", "C def @3"]));
        Assert.That(probe.IsWaiting, Is.False);
    }

    [Test]
    public void Stream_without_start_begins_with_what_comes_first()
    {
        var probe = new ConnectionProbe(started: false);
        probe.Client(1, 7_000, "abc");
        probe.Client(2, 6_000, "old");

        Assert.That(probe.Story, Is.EqualTo(["C abc @1"]));
    }

    [Test]
    public void Sequence_wraps()
    {
        var probe = new ConnectionProbe(started: false);
        probe.Client(1, uint.MaxValue - 1, "abcd");
        probe.Client(2, 5, "hi");
        probe.Client(3, 2, "efg");

        Assert.That(probe.Story, Is.EqualTo(["C abcd @1", "C efg @3", "C hi @3"]));
    }

    [Test]
    public void Overlap_gives_only_what_is_new()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "abc");
        probe.Client(2, 101, "XYZW");

        Assert.That(probe.Story, Is.EqualTo(["C abc @1", "C ZW @2"]));
    }

    [Test]
    public void Held_segments_that_overlap_give_each_byte_once()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 106, "ghi");
        probe.Client(2, 104, "EFGH");
        probe.Client(3, 107, "h");
        probe.Client(4, 100, "abcd");

        Assert.That(probe.Story, Is.EqualTo(["C abcd @4", "C EFGH @4", "C i @4"]));
    }

    [Test]
    public void Retransmission_gives_nothing_and_is_counted()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "abc", id: 1);
        probe.Client(300, 100, "abc", id: 2);

        Assert.That(probe.Story, Is.EqualTo(["C abc @1"]));
        Assert.That(probe.Anomaly(AnomalyKind.TcpRetransmission), Is.EqualTo(new AnomalyCount(AnomalyKind.TcpRetransmission, 1, 2, 3)));
    }

    [Test]
    public void Filled_hole_gives_what_waited_the_time_of_the_filling()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "abc");
        probe.Client(2, 106, "ghi");
        probe.Client(3, 109, "jkl");
        Assert.That(probe.IsWaiting, Is.True);
        probe.Client(4, 103, "def");

        Assert.That(probe.Story, Is.EqualTo(["C abc @1", "C def @4", "C ghi @4", "C jkl @4"]));
        Assert.That(probe.Anomaly(AnomalyKind.TcpOutOfOrder).Count, Is.EqualTo(2));
    }

    [Test]
    public void Several_holes_are_filled_in_turn()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 103, "d");
        probe.Client(2, 101, "b");
        probe.Client(3, 102, "c");
        probe.Client(4, 100, "a");

        Assert.That(probe.Story, Is.EqualTo(["C a @4", "C b @4", "C c @4", "C d @4"]));
    }

    [Test]
    public void Reply_recorded_before_its_request_waits_for_it()
    {
        var probe = new ConnectionProbe();
        probe.Server(1, 500, "re", ack: 103);
        Assert.That(probe.Story, Is.Empty);
        probe.Client(2, 100, "abc", ack: 500);

        Assert.That(probe.Story, Is.EqualTo(["C abc @2", "S re @1"]));
    }

    [Test]
    public void Whole_dialogue_recorded_server_first_is_put_in_order()
    {
        var probe = new ConnectionProbe();
        probe.Server(1, 500, "r1", ack: 103);
        probe.Server(2, 502, "r2", ack: 106);
        probe.Client(3, 100, "abc", ack: 500);
        probe.Client(4, 103, "def", ack: 502);

        Assert.That(probe.Story, Is.EqualTo(["C abc @3", "S r1 @1", "C def @4", "S r2 @2"]));
        Assert.That(probe.IsWaiting, Is.False);
    }

    [Test]
    public void Frame_recorded_twice_changes_nothing_and_is_counted()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "abc", ack: 500, id: 7);
        probe.Client(1, 100, "abc", ack: 500, id: 7);
        probe.Client(2, 103, "", ack: 502, id: 8);
        probe.Client(2, 103, "", ack: 502, id: 8);

        Assert.That(probe.Story, Is.EqualTo(["C abc @1"]));
        Assert.That(probe.Anomaly(AnomalyKind.DuplicateFrame).Count, Is.EqualTo(2));
        Assert.That(probe.Anomaly(AnomalyKind.TcpRetransmission).Count, Is.Zero);
    }

    [Test]
    public void Early_frame_recorded_twice_is_held_once()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 103, "def", id: 7);
        probe.Client(1, 103, "def", id: 7);
        probe.Client(2, 100, "abc", id: 6);

        Assert.That(probe.Story, Is.EqualTo(["C abc @2", "C def @2"]));
    }

    [TestCase(10, 1)]
    [TestCase(11, 0)]
    public void Same_ip_id_means_the_same_frame_for_10_ms(int apart, int duplicates)
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "abc", id: 7);
        probe.Client(1 + apart, 100, "abc", id: 7);

        Assert.That(probe.Anomaly(AnomalyKind.DuplicateFrame).Count, Is.EqualTo(duplicates));
        Assert.That(probe.Anomaly(AnomalyKind.TcpRetransmission).Count, Is.EqualTo(1 - duplicates));
    }

    [Test]
    public void Repeated_acknowledgment_without_ip_id_is_no_duplicate()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "", ack: 500);
        probe.Client(1, 100, "", ack: 500);

        Assert.That(probe.Anomaly(AnomalyKind.DuplicateFrame).Count, Is.Zero);
    }

    [Test]
    public void Keep_alives_say_nothing()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "abc", ack: 500);
        probe.Client(7_200_000, 102, "", ack: 500);
        probe.Client(7_275_000, 102, "\0", ack: 500);
        probe.Server(7_275_001, 499, "", ack: 103);
        probe.Client(7_300_000, 103, "def", ack: 500);

        Assert.That(probe.Story, Is.EqualTo(["C abc @1", "C def @7300000"]));
        Assert.That(probe.Anomaly(AnomalyKind.TcpRetransmission).Count, Is.Zero);
    }

    [Test]
    public void Cut_segment_tells_how_much_is_missing()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "abcdef", cut: 4);
        probe.Client(2, 103, "defghi", cut: 1);

        Assert.That(probe.Story, Is.EqualTo(["C ab+4 @1", "C gh+1 @2"]));
    }

    [Test]
    public void Fin_ends_once_and_an_older_one_rewinds_nothing()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "abcdefgh");
        probe.Client(2, 100, "a", flags: TcpFlags.Fin);
        probe.Client(3, 108, "", flags: TcpFlags.Fin);
        probe.Client(500, 108, "", flags: TcpFlags.Fin);
        probe.Client(501, 104, "efgh", flags: TcpFlags.Fin);
        probe.Flush();

        Assert.That(probe.Story, Is.EqualTo(["C abcdefgh @1", "C end @3"]));
    }

    [Test]
    public void Bytes_behind_a_fin_that_was_too_early_come_without_a_gap()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 100, "abcdefgh");
        probe.Client(2, 103, "", flags: TcpFlags.Fin);
        probe.Client(3, 108, "ij");
        probe.Flush();

        Assert.That(probe.Story, Is.EqualTo(["C abcdefgh @1", "C ij @3"]));
    }

    [Test]
    public void Fin_comes_after_all_bytes_before_it()
    {
        var probe = new ConnectionProbe();
        probe.Client(1, 103, "def", flags: TcpFlags.Fin);
        Assert.That(probe.Story, Is.Empty);
        probe.Client(2, 100, "abc");
        probe.Server(3, 500, "", ack: 107, flags: TcpFlags.Fin);

        Assert.That(probe.Story, Is.EqualTo(["C abc @2", "C def @2", "C end @2", "S end @3"]));
    }
}
